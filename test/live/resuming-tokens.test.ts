import { describe, expect, it } from 'vitest';
import { DeleteConversationDocument, SendMessageDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { makeToken } from '../support/token.js';
import { cursorOf, follow } from './support/follow.js';
import { undoHistory } from './support/history.js';
import { eventually } from './support/listen.js';
import { useWire } from './support/wire.js';

const parley = useParley({ quietMs: 200 });
const workspace = useFreshWorkspace(parley);

const REFUSAL = expect.objectContaining({ code: 4403 });

/** An app whose server issues session tokens of some seconds, and counts them. */
async function makeApp(client: TestWorkspace, expiresInSeconds: number) {
  const { id: actorId } = await makeUser(client);
  let asked = 0;
  const newToken = async () => (await makeToken(client, { actorId, expiresInSeconds })).token;
  return {
    asked: () => asked,
    newToken,
    /** `issue` returns the token of each request, of which the first has the number 1. */
    options: (issue: (request: number) => Promise<string> | string = newToken) => ({
      // On a busy machine a pong may take longer than the pings of other tests, and cause one more request.
      pingMs: 12_000,
      connectionParams: async () => {
        asked += 1;
        return { Authorization: `Bearer ${await issue(asked)}` };
      },
    }),
  };
}

describe('the resuming client with session tokens', () => {
  it('asks for another when its token has expired, and misses and repeats nothing', async () => {
    const app = await makeApp(workspace, 3);
    const wire = await useWire(parley);
    const followed = follow(workspace, wire, { after: await cursorOf(workspace) }, app.options());
    const { id } = await makeConversation(workspace);
    await eventually(() => followed.events.length === 1, 'the first event');
    for (const round of [1, 2]) {
      await eventually(() => followed.breaks.length === round, 'the expiry');
      await succeed(workspace, SendMessageDocument, { conversationId: id, text: `${round}` });
      await eventually(() => followed.events.length === 1 + round, 'what was missed');
    }
    expect(followed.breaks).toEqual([REFUSAL, REFUSAL]);
    expect(followed.readAgain).toEqual([]);
    expect(followed.ends).toEqual([]);
    expect(app.asked()).toBe(3);
  }, 40_000);

  it('continues from the cursor of a ping', async () => {
    const app = await makeApp(workspace, 3);
    const { id } = await makeConversation(workspace);
    const wire = await useWire(parley);
    const variables = { after: await cursorOf(workspace), types: ['conversation.deleted'] };
    const followed = follow(workspace, wire, variables, app.options());
    await eventually(() => wire.received().includes('"cursor"'), 'a first ping');
    await undoHistory(parley, workspace);
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'passed over' });
    const passed = await cursorOf(workspace);
    await eventually(() => wire.received().includes(passed), 'a ping');
    await eventually(() => followed.breaks.length > 0, 'the expiry');
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    await eventually(() => followed.events.length === 1, 'the event');
    expect(followed.breaks).toContainEqual(REFUSAL);
    expect(followed.readAgain).toEqual([]);
  }, 40_000);

  it('ends at the second refusal in a row', async () => {
    const app = await makeApp(workspace, 3);
    const token = await app.newToken();
    const wire = await useWire(parley);
    const followed = follow(
      workspace,
      wire,
      {},
      app.options(() => token),
    );
    await eventually(() => followed.ends.length > 0, 'the end');
    expect([followed.breaks, followed.ends]).toEqual([[REFUSAL], [REFUSAL]]);
    expect(app.asked()).toBe(2);
  }, 40_000);

  it('survives refusals that are not in a row, and a token that it cannot get for a while', async () => {
    const app = await makeApp(workspace, 3600);
    const wire = await useWire(parley);
    const followed = follow(
      workspace,
      wire,
      {},
      app.options((request) => {
        if (request === 1 || request === 5) return 'nonsense';
        if (request === 2) throw new Error('The server of the app is away.');
        return app.newToken();
      }),
    );
    const seesEvents = async () => {
      const before = followed.events.length;
      await eventually(async () => {
        await makeConversation(workspace);
        return followed.events.length > before;
      }, 'an event');
    };
    await seesEvents();
    for (const requests of [4, 6]) {
      wire.cut();
      await eventually(() => app.asked() === requests, 'another token');
      await seesEvents();
    }
    expect(followed.breaks.filter((reason) => REFUSAL.asymmetricMatch(reason))).toHaveLength(2);
    expect(followed.ends).toEqual([]);
    expect(app.asked()).toBe(6);
  }, 40_000);

  it('asks again if its data could not be reloaded with the token, and ends if that happens twice', async () => {
    const app = await makeApp(workspace, 3600);
    const wire = await useWire(parley);
    const reloadWith = (keys: string[]) => async () => {
      const { body } = await workspace.post<{ eventCursor: string }>('{ eventCursor }', {}, keys.shift());
      if (!body.data) throw body.errors;
      return body.data.eventCursor;
    };
    const key = workspace.apiKey;
    const goesOn = follow(workspace, wire, {}, { ...app.options(), reload: reloadWith(['nonsense', key]) });
    await eventually(async () => {
      await makeConversation(workspace);
      return goesOn.events.length > 0;
    }, 'an event');
    const ends = follow(workspace, wire, {}, { ...app.options(), reload: reloadWith(['nonsense', 'nonsense', key]) });
    await eventually(() => ends.ends.length > 0, 'the end');
    expect(JSON.stringify(ends.ends)).toContain('UNAUTHENTICATED');
  });
});
