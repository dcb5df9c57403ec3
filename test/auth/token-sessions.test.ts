import { print } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { describe, expect, it } from 'vitest';
import {
  DeactivateUserDocument,
  DeleteContactDocument,
  EventCursorDocument,
  LeaveConversationDocument,
  LiveEventsDocument,
  LiveTypingDocument,
  MergeContactsDocument,
  RevokeApiKeyDocument,
  RevokeSessionTokenDocument,
  SendMessageDocument,
  SetTypingDocument,
  UpdateUserDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { connect, eventually, listen } from '../live/support/listen.js';
import { ask, succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeContact, makeConversation, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { makeToken, signIn, signInAs } from '../support/token.js';

let skipped = 0;
const parley = useParley({ clock: () => new Date(Date.now() + skipped) });
const workspace = useFreshWorkspace(parley);

/** A socket with a subscription, and the codes and reasons that it was closed with. */
async function open({ apiKey }: TestWorkspace) {
  const codes: unknown[] = [];
  const reasons: unknown[] = [];
  const client = connect(parley.url, apiKey);
  client.on('closed', (event) => {
    codes.push(Object(event).code);
    reasons.push(Object(event).reason);
  });
  const connected = new Promise((resolve) => client.on('connected', resolve));
  const after = await ask(workspace, EventCursorDocument, {});
  const heard = listen(client, LiveEventsDocument, { after });
  await connected;
  return { client, heard, codes, reasons };
}

type Socket = Awaited<ReturnType<typeof open>>;

const closed = ({ codes }: Socket) => eventually(() => codes.length > 0, 'the close');

/** Subscribes over Server-Sent Events, and collects what comes. */
function openSse({ apiKey }: TestWorkspace, query: string, variables: Record<string, unknown> = {}) {
  const client = createSseClient({ url: parley.url, headers: { Authorization: `Bearer ${apiKey}` }, retryAttempts: 0 });
  const results: { errors?: unknown }[] = [];
  const ended = new Promise<unknown>((resolve) => {
    client.subscribe(
      { query, variables },
      { next: (result) => results.push(result), error: resolve, complete: () => resolve(null) },
    );
  });
  return { results, ended, stop: () => client.dispose() };
}

const TOKEN_REFUSED = 'The token was revoked, or its subject may no longer sign in: sign in again.';

describe('a socket opened with a session token', () => {
  it('is closed with 4403 when the token expires, while others stay open', async () => {
    const user = await makeUser(workspace);
    const contact = await makeContact(workspace);
    const [short, long] = [
      await makeToken(workspace, { actorId: contact.id, expiresInSeconds: 60 }),
      await makeToken(workspace, { actorId: user.id, expiresInSeconds: 600 }),
    ];
    const ends = await open(parley.connect({ ...workspace, apiKey: short.token }));
    const stays = await open(parley.connect({ ...workspace, apiKey: long.token }));
    skipped += 61_000;
    await closed(ends);
    expect(ends.codes).toEqual([4403]);
    expect(ends.reasons).toEqual(['The token has expired: get a new one and reconnect.']);
    await makeConversation(workspace);
    await stays.heard.until(1);
    await stays.client.dispose();
  }, 20_000);

  it('gets no more answers from then on, even before it is closed', async () => {
    const { token } = await makeToken(workspace, { actorId: (await makeContact(workspace)).id, expiresInSeconds: 60 });
    const socket = await open(parley.connect({ ...workspace, apiKey: token }));
    skipped += 61_000;
    const late = listen(socket.client, '{ viewer { actor { id } } }', {});
    await Promise.race([late.ended, closed(socket)]);
    expect(late.results).toEqual([]);
    await closed(socket);
    expect(socket.codes).toEqual([4403]);
  }, 20_000);

  const ends: [what: string, end: (caller: TestWorkspace & { actorId: string }) => Promise<unknown>][] = [
    ['its user is deactivated', ({ actorId }) => succeed(workspace, DeactivateUserDocument, { userId: actorId })],
    [
      'the key it was derived from is revoked',
      async () => {
        const viewer = await ask(workspace, ViewerDocument, {});
        await succeed(workspace, RevokeApiKeyDocument, { apiKeyId: viewer.actor.id });
      },
    ],
    ['it revokes itself', (caller) => succeed(caller, RevokeSessionTokenDocument, {})],
  ];

  it.each(ends)(
    'is closed with 4403 when %s',
    async (_what, end) => {
      const caller = await signInAs(parley, workspace, 'AGENT');
      const socket = await open(caller);
      await end(caller);
      await closed(socket);
      expect(socket.codes).toEqual([4403]);
      expect(socket.reasons).toEqual([TOKEN_REFUSED]);
    },
    15_000,
  );

  it('is closed with 4403 when the contact is deleted', async () => {
    const contact = await makeContact(workspace);
    const socket = await open(await signIn(parley, workspace, contact.id));
    await succeed(workspace, DeleteContactDocument, { contactId: contact.id });
    await closed(socket);
    expect(socket.codes).toEqual([4403]);
  }, 20_000);

  it('is closed with 1013, so that the client reconnects, when the role changes or the contact is merged', async () => {
    const agent = await signInAs(parley, workspace, 'AGENT');
    const contact = await signInAs(parley, workspace, 'CONTACT');
    const sockets = [await open(agent), await open(contact)];
    await succeed(workspace, UpdateUserDocument, { userId: agent.actorId, role: 'READ_ONLY' });
    const survivorId = (await makeContact(workspace)).id;
    await succeed(workspace, MergeContactsDocument, { survivorId, contactIds: [contact.actorId] });
    for (const socket of sockets) {
      await closed(socket);
      expect(socket.codes).toEqual([1013]);
    }
    const again = await open(contact);
    const { id } = await makeConversation(workspace, { contactId: survivorId, message: { text: 'Hello again' } });
    const results = await again.heard.until(2);
    expect(results.map(({ data }) => data?.events.conversationId)).toEqual([id, id]);
    await again.client.dispose();
  }, 20_000);

  it('is refused with 4403 if the token is invalid', async () => {
    const { token } = await makeToken(workspace, { actorId: (await makeContact(workspace)).id });
    const codes: unknown[] = [];
    const client = connect(parley.url, `${token}x`);
    client.on('closed', (event) => codes.push(Object(event).code));
    await eventually(() => codes.length > 0, 'the close');
    expect(codes).toEqual([4403]);
  });
});

describe('a subscription over Server-Sent Events', () => {
  it.each(['the log', 'typing'])(
    'to %s ends with UNAUTHENTICATED when the token expires',
    async (what) => {
      const contact = await makeContact(workspace);
      const { id } = await makeConversation(workspace, { contactId: contact.id });
      const { token } = await makeToken(workspace, { actorId: contact.id, expiresInSeconds: 60 });
      const caller = parley.connect({ ...workspace, apiKey: token });
      const stream =
        what === 'typing'
          ? openSse(caller, print(LiveTypingDocument), { conversationId: id })
          : openSse(caller, print(LiveEventsDocument));
      await eventually(async () => {
        await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'x' });
        await succeed(caller, SetTypingDocument, { conversationId: id });
        return stream.results.length > 0;
      }, 'the subscription');
      skipped += 61_000;
      await eventually(
        () => JSON.stringify(stream.results.at(-1)?.errors ?? '').includes('UNAUTHENTICATED'),
        'the end',
      );
      expect(await stream.ended).toBeNull();
    },
    20_000,
  );
});

it("a participant receives typing in another user's conversation only while taking part", async () => {
  const owner = await makeUser(workspace);
  const guest = await signInAs(parley, workspace, 'AGENT');
  const { id } = await makeConversation(workspace, { ownerId: owner.id, participantIds: [guest.actorId] });
  const client = connect(parley.url, guest.apiKey);
  const heard = listen(client, LiveTypingDocument, { conversationId: id });
  const type = () => workspace.run(SetTypingDocument, { input: { conversationId: id, actorId: owner.id } });
  await eventually(async () => {
    await type();
    return heard.results.length > 0;
  }, 'a signal');
  await succeed(workspace, LeaveConversationDocument, { conversationId: id, actorId: guest.actorId });
  const { length } = heard.results;
  await type();
  expect(await heard.ended).toBeNull();
  expect(heard.results.length).toBeLessThanOrEqual(length + 1);
  await client.dispose();
});
