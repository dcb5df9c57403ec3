import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, conversations } from './seeded.js';

let run: Awaited<ReturnType<typeof connect>>;
beforeAll(async () => {
  run = await connect();
});
afterAll(() => run.close());

describe('a run of the generator', () => {
  const content = `
    SELECT md5(string_agg(concat_ws('|', c.status, c.subject, c.tags, m.seq, m.direction, m.status, m.text, k.phone, k.email),
                          E'\\n' ORDER BY c."createdAt", c.id, m.seq)) AS content
    FROM "Conversation" c JOIN "Message" m ON m."workspaceId" = c."workspaceId" AND m."conversationId" = c.id
    LEFT JOIN "Contact" k ON k."workspaceId" = c."workspaceId" AND k.id = c."contactId"
    WHERE c."workspaceId" = $1`;

  it('writes the same data with the same seed, and other data with another', async () => {
    const [same, other] = [await run.newWorkspace(), await run.newWorkspace()];
    const first = await run.newWorkspace();
    await run.seed(first, { conversations: 80 });
    await run.seed(same, { conversations: 80 });
    await run.seed(other, { conversations: 80, seed: 43 });
    const [expected] = await run.rows(first, content);
    expect(await run.rows(same, content)).toEqual([expected]);
    expect(await run.rows(other, content)).not.toEqual([expected]);
  });

  it('can be repeated in the same workspace, reusing the team and continuing the log', async () => {
    const twice = await run.newWorkspace();
    const first = await run.seed(twice, { conversations: 40 });
    const second = await run.seed(twice, { conversations: 40 });
    expect(await run.number(twice, conversations)).toBe(80);
    expect(await run.number(twice, 'SELECT count(*) FROM "User" WHERE "workspaceId" = $1')).toBe(20);
    expect(await run.number(twice, 'SELECT count(*) FROM "Channel" WHERE "workspaceId" = $1')).toBe(10);
    expect(await run.number(twice, 'SELECT max(position) FROM "Event" WHERE "workspaceId" = $1')).toBe(
      first.events + second.events,
    );
  });

  it('can create a single conversation with a single message', async () => {
    const small = await run.newWorkspace();
    expect(await run.seed(small, { conversations: 1, messages: 1 })).toMatchObject({ conversations: 1, messages: 1 });
  });

  it('writes no further batch once aborted', async () => {
    const stopped = await run.newWorkspace();
    expect(await run.seed(stopped, {}, AbortSignal.abort())).toMatchObject({ conversations: 0 });
    expect(await run.number(stopped, conversations)).toBe(0);
  });
});
