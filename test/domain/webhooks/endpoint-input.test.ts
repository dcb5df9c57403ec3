import { describe, expect, it } from 'vitest';
import { CreateWebhookEndpointDocument } from '../../generated/operations.js';
import { failWith } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';

const workspace = useWorkspace(useParley());

const URL = 'https://example.com/webhooks';

async function refusalOf(input: object) {
  return (
    await failWith(workspace, 'ValidationError', CreateWebhookEndpointDocument, { url: URL, events: ['*'], ...input })
  ).issues;
}

describe('the input of an endpoint', () => {
  it.each([
    ['an unknown name', ['conversation.exploded']],
    ['the name of a test', ['webhook.test']],
    ['no name', []],
  ])('must not contain %s of an event', async (_what, events) => {
    expect(await refusalOf({ events })).toHaveLength(1);
  });

  it.each([
    ['a line break in a value', { 'X-A': 'a\r\nX-B: b' }],
    ['a line break in a name', { 'X-A\r\nX-B': 'a' }],
    ['a character beyond ASCII', { 'X-A': 'ä' }],
    ['an empty value', { 'X-A': '' }],
    ['a value that is no text', { 'X-A': 1 }],
    ['a reserved name', { 'Content-Length': '1' }],
    ['a reserved name in other letters', { 'WEBHOOK-id': 'a' }],
    ['a reserved name with an underscore', { webhook_signature: 'a' }],
    ['the host', { host: 'internal' }],
    ['a name twice', { 'X-A': 'a', 'x-a': 'b' }],
  ])('must not contain headers with %s', async (_what, headers) => {
    const [issue] = await refusalOf({ headers });
    expect(issue?.path[0]).toBe('headers');
  });

  it('must not contain more than 20 headers', async () => {
    const headers = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`X-${index}`, 'a']));
    expect(await refusalOf({ headers })).toMatchObject([{ path: ['headers'] }]);
  });
});
