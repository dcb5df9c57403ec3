import { withClient } from '../harness/database.js';
import { load } from '../harness/load.js';
import { inTurn, type Scene } from '../harness/scene.js';

const SECONDS = 3;
const TIMES = 5;
const COUNTS = '{ conversationCounts { open pending snoozed closed unassigned byAssignee { active } } }';

const medianOf = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The median times in milliseconds of a request for the numbers of conversations, and of a query that counts them. */
export async function timeCounts(
  origin: string,
  url: string,
  scene: Scene,
): Promise<{ asked: number; counted: number }> {
  const nextKey = inTurn(scene.apiKeys);
  const next = () => ({
    path: '/graphql',
    headers: { authorization: `Bearer ${nextKey()}` },
    body: JSON.stringify({ query: COUNTS }),
    contains: '"byAssignee"',
  });
  const { latencies } = await load(origin, { next, connections: 1, seconds: SECONDS });
  const counting: number[] = [];
  await withClient(url, async (client) => {
    for (let time = 0; time < TIMES; time += 1) {
      const began = performance.now();
      await client.query(
        `SELECT status, "assigneeUserId", "assigneeBotId", count(*) FROM "Conversation"
         WHERE "workspaceId" = $1 GROUP BY 1, 2, 3`,
        [scene.workspaceId],
      );
      counting.push(performance.now() - began);
    }
  });
  return { asked: medianOf(latencies), counted: medianOf(counting) };
}
