import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { encodeId } from '../../../src/lib/ids.js';
import {
  EventCursorDocument,
  LiveConversationChangesDocument,
  MergeContactsDocument,
} from '../../generated/operations.js';
import { connect, eventually, listen } from '../../live/support/listen.js';
import { ask, succeed } from '../../support/act.js';
import { say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { makeContact, makeConversation } from '../../support/make.js';
import { repeatEvents } from '../../support/repeat-events.js';

const statements: string[] = [];
const parley = useParley({
  onStatement: (sql) => statements.push(sql),
  config: { maxDistinctSubscriptions: 2_000, maxOperationsPerSocket: 3_000 },
});
const workspace = useFreshWorkspace(parley);

function openSocket() {
  const socket = connect(parley.url, workspace.apiKey);
  onTestFinished(() => socket.dispose());
  return socket;
}

const opened = (count: number) =>
  eventually(() => parley.live.fanOut.size().subscribers === count, `${count} subscriptions`, 60_000);

const readsOf = (text: string) => statements.filter((sql) => sql.includes(text)).length;

it('the contacts of 60 lists that a merge may concern are looked up together', async () => {
  const [kept, merged] = [await makeContact(workspace), await makeContact(workspace)];
  await makeConversation(workspace, { contactId: merged.id });
  const socket = openSocket();
  const follow = (contactId: string) => listen(socket, LiveConversationChangesDocument, { filter: { contactId } });
  const ofMerged = follow(merged.id);
  for (let count = 0; count < 59; count += 1) follow(encodeId('Contact', randomUUID()));
  await opened(60);
  statements.length = 0;
  await succeed(workspace, MergeContactsDocument, { survivorId: kept.id, contactIds: [merged.id] });
  await ofMerged.until(1);
  await eventually(() => parley.live.fanOut.asked() >= 60, 'all lists are asked');
  expect(readsOf('"Contact"')).toBeLessThan(30);
});

it('a list that comes back gets its conversation once, also if it was changed in several parts of the log', async () => {
  const [own, other] = [await makeContact(workspace), await makeContact(workspace)];
  const { id } = await makeConversation(workspace, { contactId: own.id });
  const { id: otherId } = await makeConversation(workspace, { contactId: other.id });
  const after = await ask(workspace, EventCursorDocument, {});
  await say(workspace, id, { text: 'Hello' });
  await say(workspace, otherId, { text: 'Hello' });
  // Two parts of the log, in which fewer entries matter to the list than are delivered together.
  await repeatEvents(parley, workspace, { count: 900, of: 2 });
  const heard = listen(openSocket(), LiveConversationChangesDocument, { filter: { contactId: own.id }, after });
  await heard.until(1);
  await say(workspace, id, { text: 'Are you there?' });
  await heard.until(2);
  expect(heard.results.map(({ data }) => data?.conversationChanges)).toMatchObject([
    { conversation: { id, messageCount: 1 } },
    { conversation: { id, messageCount: 2 } },
  ]);
});

it('40 clients that come back at once read what they missed together, and each gets all of it', async () => {
  const contacts = await Promise.all(Array.from({ length: 40 }, () => makeContact(workspace)));
  const conversations = await Promise.all(contacts.map(({ id }) => makeConversation(workspace, { contactId: id })));
  const after = await ask(workspace, EventCursorDocument, {});
  for (const { id } of conversations) await say(workspace, id, { text: 'Hello' });
  const sockets = contacts.map(openSocket);
  statements.length = 0;
  const heard = contacts.map(({ id: contactId }, index) =>
    listen(sockets[index] ?? openSocket(), LiveConversationChangesDocument, { filter: { contactId }, after }),
  );
  await Promise.all(heard.map(({ until }) => until(1)));
  for (const [index, { results }] of heard.entries()) {
    expect(results[0]?.data?.conversationChanges).toMatchObject({ conversation: { id: conversations[index]?.id } });
  }
  // Those who come more than 5 seconds later read for themselves.
  expect(readsOf('AS "channelType"')).toBeLessThan(20);
});
