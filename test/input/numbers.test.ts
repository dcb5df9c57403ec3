import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { UpdateConversationDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { digestRows } from '../support/workspace-rows.js';

const parley = useParley();
const workspace = useWorkspace(parley);

const lost = ['750727362669608961', '-9007199254740993', '1e400', '1e-400', '0.1234567890123456789', '1E+999'];
const kept = '[9007199254740992, 0.1, 1e21, -1.5e-7, 1e300, 5e-324, 123456789012345680000, 1.0]';

const mutation =
  'mutation ($input: CreateContactInput!) { createContact(input: $input) { __typename ... on CreateContactPayload { contact { metadata } } } }';
const bodyOf = (metadata: string) =>
  `{"query":${JSON.stringify(mutation)},"variables":{"input":{"name":"x","metadata":${metadata}}}}`;

async function send(body: string | undefined, type = 'application/json', path = '') {
  const response = await fetch(`${parley.url}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body }),
    headers: { 'content-type': type, authorization: `Bearer ${workspace.apiKey}` },
  });
  return response.json();
}

/** Sends a mutation over a socket with metadata that is given as JSON text. */
async function sendBySocket(metadata: string): Promise<unknown> {
  const socket = new WebSocket(parley.url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error('The socket failed.'));
    socket.onopen = () =>
      socket.send(`{"type":"connection_init","payload":{"Authorization":"Bearer ${workspace.apiKey}"}}`);
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data));
      if (message.type === 'connection_ack') {
        socket.send(`{"id":"1","type":"subscribe","payload":${bodyOf(metadata)}}`);
      } else if (message.type === 'next' || message.type === 'error') {
        resolve(message.payload);
        socket.close();
      }
    };
  });
}

const refusal = (...path: string[]) => [{ message: expect.any(String), extensions: { code: 'BAD_USER_INPUT', path } }];

describe('a number that would be changed', () => {
  it.each(lost)('is refused by name in the variables: %s', async (number) => {
    const before = await digestRows(parley, workspace);
    const path = ['input', 'metadata', 'list', '1', 'fbid'];
    const metadata = `{"list":["${number}",{"fbid":${number}}]}`;
    expect(await send(bodyOf(metadata))).toMatchObject({ errors: refusal(...path) });
    expect(await sendBySocket(metadata)).toMatchObject(refusal(...path));
    const form = new URLSearchParams(
      Object.entries(JSON.parse(bodyOf('{}'))).map(([key, value]) => [key, String(value)]),
    );
    form.set('variables', `{"input":{"name":"x","metadata":${metadata}}}`);
    expect(await send(form.toString(), 'application/x-www-form-urlencoded')).toMatchObject({
      errors: refusal(...path),
    });
    const query = encodeURIComponent('query ($first: Int) { contacts(first: $first) { totalCount } }');
    const variables = encodeURIComponent(`{"first":${number}}`);
    expect(await send(undefined, 'application/json', `?query=${query}&variables=${variables}`)).toMatchObject({
      errors: refusal('first'),
    });
    expect(await digestRows(parley, workspace)).toEqual(before);
  });

  it.each(lost)('is refused by name and location in a literal: %s', async (number) => {
    const before = await digestRows(parley, workspace);
    const literal = `{ list: [1, { fbid: ${number} }] }`;
    const { body } = await workspace.post(
      `mutation { createContact(input: { name: "x", metadata: ${literal} }) { __typename } }`,
    );
    expect(body.errors?.[0]).toMatchObject({
      message: expect.stringContaining('list.1.fbid: '),
      locations: [{ line: 1 }],
      extensions: { code: 'BAD_USER_INPUT' },
    });
    const inDefault = await workspace.post(
      `mutation ($m: JSONObject = ${literal}) { createContact(input: { name: "x", metadata: $m }) { __typename } }`,
    );
    expect(inDefault.body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await digestRows(parley, workspace)).toEqual(before);
  });
});

describe('any other number', () => {
  it('is kept, from wherever it comes', async () => {
    const metadata = { list: JSON.parse(kept) };
    const stored = { data: { createContact: { contact: { metadata } } } };
    expect(await send(bodyOf(`{"list":${kept}}`))).toMatchObject(stored);
    expect(await sendBySocket(`{"list":${kept}}`)).toMatchObject(stored);
    const literal = mutation
      .replace(' ($input: CreateContactInput!)', '')
      .replace('$input', `{ name: "x", metadata: { list: ${kept} } }`);
    expect((await workspace.post(literal)).body).toMatchObject(stored);
  });

  it('is the same in the log', async () => {
    const { id } = await makeConversation(workspace);
    const metadata = { list: JSON.parse(kept) };
    await succeed(workspace, UpdateConversationDocument, { conversationId: id, metadata });
    const { body } = await workspace.post(
      `{ conversation(id: "${id}") { metadata events(last: 1) { nodes { ... on ConversationUpdated { changes { to } } } } } }`,
    );
    expect(body.data).toEqual({ conversation: { metadata, events: { nodes: [{ changes: [{ to: metadata }] }] } } });
  });
});
