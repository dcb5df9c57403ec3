import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../live/support/listen.js';
import { rawSocket } from '../live/support/raw-socket.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeContact, makeConversation } from '../support/make.js';
import { makeToken } from '../support/token.js';
import { MANIFEST, sha256, trusted } from '../support/trusted.js';

const files = [MANIFEST];
const off = useParley();
const prefer = useParley({ config: { trustedDocuments: { mode: 'prefer', files } } });
const only = useParley({ config: { trustedDocuments: { mode: 'only', files } } });
const workspace = useWorkspace(off);

/** The first frame that answers each of the payloads over one socket. */
async function answers(server: { url: string }, payloads: object[], key = workspace.apiKey): Promise<unknown[]> {
  const { socket, frames, say, init } = await rawSocket(server.url, key);
  onTestFinished(() => socket.terminate());
  await init();
  for (const [index, payload] of payloads.entries()) say({ type: 'subscribe', id: String(index), payload });
  const answerTo = (index: number) => frames.find(({ id }) => id === String(index));
  await eventually(() => payloads.every((_, index) => answerTo(index)), 'an answer to each');
  return payloads.map((_, index) => answerTo(index)?.payload);
}

const viewer = trusted('Viewer');
const data = { data: { viewer: expect.anything() } };
/** The whole error: HTTP has no part in it. */
const refused = (code: string) => [{ message: expect.any(String), extensions: { code } }];
const UNTRUSTED = '{ viewer { role } }';
const byApollo = { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(viewer.text) } } };

describe('over a socket', () => {
  it.each([
    ['prefer', prefer],
    ['only', only],
  ])('a document is taken by its id, and an unknown id is refused (%s)', async (_mode, server) => {
    const payloads = [
      { query: '', documentId: viewer.id },
      { query: '', ...byApollo },
      { query: viewer.text },
      { query: '', documentId: sha256(UNTRUSTED) },
      { query: trusted('EventCursor').text, documentId: viewer.id },
    ];
    const expected = [data, data, data, refused('PERSISTED_QUERY_NOT_FOUND'), refused('BAD_REQUEST')];
    expect(await answers(server, payloads)).toEqual(expected);
  });

  it('a subscription by its id gets events', async () => {
    const { socket, frames, say, init } = await rawSocket(only.url, workspace.apiKey);
    onTestFinished(() => socket.terminate());
    await init();
    const { id: documentId } = trusted('LiveEvents');
    const variables = { types: ['conversation.created'] };
    say({ type: 'subscribe', id: 'events', payload: { query: '', documentId, variables } });
    await eventually(async () => {
      await makeConversation(workspace);
      return frames.some(({ type }) => type === 'next');
    }, 'an event');
    expect(frames.find(({ type }) => type === 'next')).toMatchObject({
      payload: { data: { events: { type: 'conversation.created' } } },
    });
  });

  it('a server that takes only trusted documents refuses others before it parses them', async () => {
    const texts = [UNTRUSTED, '{ viewer {', '', 'subscription { events { id } }', `${viewer.text} `];
    const notTrusted = refused('DOCUMENT_NOT_TRUSTED');
    expect(
      await answers(
        only,
        texts.map((query) => ({ query })),
      ),
    ).toEqual(texts.map(() => notTrusted));
  });

  it('a server that prefers trusted documents takes others', async () => {
    expect(await answers(prefer, [{ query: UNTRUSTED }, { query: UNTRUSTED, ...byApollo }])).toEqual([data, data]);
  });

  it('a server without trusted documents says so to a client that sends an id', async () => {
    const payloads = [
      { query: '', documentId: viewer.id },
      { query: UNTRUSTED, ...byApollo },
    ];
    expect(await answers(off, payloads)).toEqual([refused('PERSISTED_QUERY_NOT_SUPPORTED'), data]);
  });

  it('a token that is bound to trusted documents sends no others', async () => {
    const { id: actorId } = await makeContact(workspace);
    const client = prefer.connect(workspace);
    const { token } = await makeToken(client, { actorId, trustedDocumentsOnly: true });
    const payloads = [{ query: '', documentId: viewer.id }, { query: UNTRUSTED }];
    expect(await answers(prefer, payloads, token)).toEqual([data, refused('DOCUMENT_NOT_TRUSTED')]);
  });
});
