import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  DeleteConversationDocument,
  LeaveConversationDocument,
  LiveTypingDocument,
  SetTypingDocument,
} from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { useParley } from '../support/fixtures.js';
import { makeBot, makeContactConversation, makeConversation, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { signIn, signInAs } from '../support/token.js';
import { connect, eventually, listen } from './support/listen.js';

let statements: string[] = [];
// So long that nobody stops typing by themselves, however slow the machine is.
const typingMs = 600_000;
const parley = useParley({ typingMs });
const otherProcess = useParley({ typingMs, onStatement: (sql) => statements.push(sql) });

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

/** Listens in a process; without a conversation, to all. */
function hear(url: string, { apiKey }: Pick<TestWorkspace, 'apiKey'>, conversationId: string | null = null) {
  const client = connect(url, apiKey);
  ending.push(() => client.dispose());
  const heard = listen(client, LiveTypingDocument, { conversationId });
  const signals = () => heard.results.flatMap(({ data }) => (data ? [data.typing] : []));
  return {
    signals,
    ended: heard.ended,
    /** What was heard, as far as it matters here. */
    told: () => signals().map(({ conversationId: at, actor, typing }) => [at, actor.id, typing]),
    until: (count: number) => eventually(() => signals().length >= count, `${count} signals`),
  };
}

const type = (client: Pick<TestWorkspace, 'run'>, conversationId: string, actorId: string, typing = true) =>
  succeed(client, SetTypingDocument, { conversationId, actorId, typing });

/** Waits until both processes have received all that was sent before, as nothing overtakes it. */
let caughtUp: () => Promise<void>;
beforeAll(async () => {
  const workspace = await parley.newWorkspace();
  const { id } = await makeConversation(workspace);
  const { id: userId } = await makeUser(workspace);
  caughtUp = async () => {
    const listening = [parley.url, otherProcess.url].map((url) => hear(url, workspace, id));
    await eventually(async () => {
      await type(workspace, id, userId, true);
      return listening.every(({ signals }) => signals().length > 0);
    }, 'a connection');
    const before = listening.map(({ signals }) => signals().filter(({ typing }) => !typing).length);
    await type(workspace, id, userId, false);
    const ended = () =>
      listening.every(({ signals }, index) => signals().filter(({ typing }) => !typing).length > (before[index] ?? 0));
    await eventually(ended, 'the signals sent before');
  };
});

let workspace: TestWorkspace;
beforeEach(async () => {
  workspace = await parley.newWorkspace();
  await caughtUp();
});

describe('typing without a conversation', () => {
  it('tells of every conversation in every process, and ends with the message there', async () => {
    const [first, second] = [await makeContactConversation(workspace), await makeContactConversation(workspace)];
    const user = await makeUser(workspace);
    const listening = [parley.url, otherProcess.url].map((url) => hear(url, workspace));
    // Whoever types before they listen is told to them, too.
    await type(workspace, first.id, user.id);
    await type(workspace, second.id, user.id);
    for (const { until } of listening) await until(2);
    await say(workspace, first.id, { text: 'Done', authorId: user.id });
    for (const { until, told } of listening) {
      await until(3);
      expect(told().sort()).toEqual(
        [
          [first.id, user.id, false],
          [first.id, user.id, true],
          [second.id, user.id, true],
        ].sort(),
      );
    }
  });

  it('begins with who types now, also in a process where nobody listened, and not with who has written since', async () => {
    const { id } = await makeContactConversation(workspace);
    const { id: elsewhere } = await makeContactConversation(workspace);
    const [user, author] = [await makeUser(workspace), await makeUser(workspace)];
    const bot = await makeBot(workspace);
    await type(workspace, id, author.id);
    await type(workspace, id, user.id);
    await type(workspace, id, bot.id);
    await type(workspace, elsewhere, user.id);
    await say(workspace, id, { text: 'Done', authorId: author.id });
    await type(workspace, id, bot.id, false);
    await caughtUp();
    for (const { url } of [otherProcess, parley]) {
      const everywhere = hear(url, workspace);
      await everywhere.until(2);
      const here = hear(url, workspace, id);
      await here.until(1);
      await type(workspace, id, user.id, false);
      await everywhere.until(3);
      await here.until(2);
      expect(everywhere.told()).toEqual([
        [id, user.id, true],
        [elsewhere, user.id, true],
        [id, user.id, false],
      ]);
      expect(here.told()).toEqual([
        [id, user.id, true],
        [id, user.id, false],
      ]);
      await type(workspace, id, user.id);
      await type(workspace, elsewhere, user.id);
      await caughtUp();
    }
  });

  it('tells a member of the team of conversations without an owner, and of those that it takes part in', async () => {
    const owner = await makeUser(workspace);
    const { id: shared } = await makeContactConversation(workspace);
    for (const kind of ['AGENT', 'READ_ONLY', 'BOT'] as const) {
      const asBot = async () => {
        const { id, apiKey } = await makeBot(workspace);
        return { ...parley.connect({ id: workspace.id, apiKey }), actorId: id };
      };
      const guest = kind === 'BOT' ? await asBot() : await signInAs(parley, workspace, kind);
      const { id: joined } = await makeConversation(workspace, { ownerId: owner.id, participantIds: [guest.actorId] });
      const { id: hidden } = await makeConversation(workspace, { ownerId: owner.id });
      const heard = hear(otherProcess.url, guest);
      const everything = hear(otherProcess.url, workspace);
      const typeEverywhere = async () => {
        for (const id of [hidden, joined, shared]) await type(workspace, id, owner.id);
        await everything.until(everything.signals().length + 1);
        await caughtUp();
      };
      await typeEverywhere();
      await eventually(() => heard.told().some(([id]) => id === shared), 'the last one');
      expect(new Set(heard.told().map(([id]) => id))).toEqual(new Set([joined, shared]));
      await succeed(workspace, LeaveConversationDocument, { conversationId: joined, actorId: guest.actorId });
      const before = heard.told().length;
      await typeEverywhere();
      await heard.until(before + 1);
      const late = hear(parley.url, guest);
      await late.until(1);
      expect(
        new Set(
          heard
            .told()
            .slice(before)
            .map(([id]) => id),
        ),
      ).toEqual(new Set([shared]));
      expect(new Set(late.told().map(([id]) => id))).toEqual(new Set([shared]));
    }
  });

  it('says nothing of a conversation that the viewer has left meanwhile, not even that typing ends', async () => {
    const owner = await makeUser(workspace);
    const guest = await signInAs(parley, workspace, 'AGENT');
    const { id } = await makeConversation(workspace, { ownerId: owner.id, participantIds: [guest.actorId] });
    const { id: shared } = await makeConversation(workspace);
    const heard = hear(parley.url, guest);
    await type(workspace, id, owner.id);
    await heard.until(1);
    await succeed(workspace, LeaveConversationDocument, { conversationId: id, actorId: guest.actorId });
    const asKey = hear(parley.url, workspace);
    await asKey.until(1);
    await say(workspace, id, { text: 'Done', authorId: owner.id });
    await asKey.until(2);
    await type(workspace, shared, owner.id);
    await heard.until(2);
    expect(heard.told()).toEqual([
      [id, owner.id, true],
      [shared, owner.id, true],
    ]);
  });

  it('tells a contact of its own conversations only', async () => {
    const user = await makeUser(workspace, 'Ada');
    const { id, contact } = await makeContactConversation(workspace);
    const { id: other, contact: otherContact } = await makeContactConversation(workspace);
    // It takes part there, and does not see it.
    await workspace.post(
      `mutation { joinConversation(input: { conversationId: "${other}", actorId: "${contact?.id}" }) { __typename } }`,
    );
    const customer = await signIn(parley, workspace, contact?.id ?? '');
    const otherCustomer = await signIn(parley, workspace, otherContact?.id ?? '');
    const heard = [hear(parley.url, customer), hear(otherProcess.url, otherCustomer)] as const;
    await type(workspace, other, user.id);
    await type(workspace, id, user.id);
    for (const { until } of heard) await until(1);
    await caughtUp();
    const late = hear(otherProcess.url, customer);
    await late.until(1);
    for (const { signals } of [heard[0], late]) {
      expect(signals()).toEqual([expect.objectContaining({ conversationId: id, actor: { id: user.id, name: 'Ada' } })]);
    }
    expect(heard[1].told()).toEqual([[other, user.id, true]]);
  });

  it('forgets a deleted conversation, and ends what watched it alone', async () => {
    const user = await makeUser(workspace);
    const [{ id }, { id: kept }] = [await makeConversation(workspace), await makeConversation(workspace)];
    const [everywhere, here] = [hear(parley.url, workspace), hear(parley.url, workspace, id)];
    await type(workspace, id, user.id);
    for (const { until } of [everywhere, here]) await until(1);
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    expect(await here.ended).toBeNull();
    await type(workspace, kept, user.id);
    await everywhere.until(2);
    const late = hear(parley.url, workspace);
    await late.until(1);
    expect(late.told()).toEqual([[kept, user.id, true]]);
    expect(everywhere.told().at(-1)).toEqual([kept, user.id, true]);
  });

  it('is executed once for all equal subscriptions', async () => {
    const { id } = await makeConversation(workspace);
    const countReads = async (subscribers: number) => {
      const user = await makeUser(workspace);
      const listening = Array.from({ length: subscribers }, () => hear(otherProcess.url, workspace));
      await type(workspace, id, user.id);
      for (const { until } of listening) await until(1);
      const allKnow = (of: string, isTyping: boolean) =>
        eventually(
          () => listening.every(({ told }) => told().some(([, actor, typing]) => actor === of && typing === isTyping)),
          'that all know',
        );
      // Who began to listen meanwhile may be told of the first twice, but not after the next.
      const next = await makeUser(workspace);
      await type(workspace, id, next.id);
      await allKnow(next.id, true);
      statements = [];
      await type(workspace, id, user.id, false);
      await allKnow(user.id, false);
      return statements.filter((sql) => sql.includes('"User"')).length;
    };
    expect([await countReads(1), await countReads(8)]).toEqual([1, 1]);
  });
});
