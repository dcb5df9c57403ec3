import { expect, it } from 'vitest';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';

const parley = useParley({});
const workspace = useFreshWorkspace(parley);

const post = (query: string, accept: string) =>
  fetch(parley.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.apiKey}`, accept },
    body: JSON.stringify({ query }),
  });

it('a mutation whose result the client does not accept does not take place', async () => {
  const response = await post('mutation { createContact(input: { name: "Ada" }) { __typename } }', 'text/html');
  expect(response.status).toBe(406);
  const { errors } = await response.json();
  expect(errors[0].message).toContain('Send Accept: application/graphql-response+json');
  expect((await workspace.post('{ contacts { totalCount } }')).body.data).toEqual({ contacts: { totalCount: 0 } });
});

it.each(['application/json', 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json'])(
  'a subscription that %s cannot answer is refused with what to send, and leaves nothing behind',
  async (accept) => {
    const response = await post('subscription { events { id } }', accept);
    expect(response.status).toBe(406);
    expect((await response.json()).errors[0].message).toContain('Send Accept: text/event-stream');
    const metrics = await (await fetch(new URL('/metrics', parley.url))).text();
    expect(/^parley_subscriptions (\d+)$/m.exec(metrics)?.[1]).toBe('0');
  },
);

it.each(['*/*', 'application/*', 'text/html, application/json;q=0.9', 'Application/JSON', ''])(
  'a query is answered for Accept: %s',
  async (accept) => {
    expect((await post('{ __typename }', accept)).status).toBe(200);
  },
);
