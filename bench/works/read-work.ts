import type { Bench, Work } from '../harness/bench.js';
import {
  type Contestant,
  type Kind,
  latest,
  limit,
  mercurius,
  parley,
  postgraphile,
  runtimes,
} from '../harness/contestants.js';
import { type Request, send } from '../harness/load.js';
import type { Row, Target } from '../harness/results.js';
import { alternate, operationMeasures } from '../harness/rounds.js';
import { assertSame } from '../harness/same-answer.js';
import { inTurn, type Scene } from '../harness/scene.js';

/** A question in the words of each contestant. Their answers are compared by `normalized`. */
export type Question = {
  name: string;
  title: string;
  /** GraphQL, by the contestant; for the limit the name of its statement. */
  documents: Record<'Parley' | 'PostGraphile' | 'Mercurius' | 'Limit', string>;
  /** The variables to ask with, in turn. PostGraphile also gets `workspaceId`. Public ids are for Parley only. */
  variables: (scene: Scene, kind: Kind) => Record<string, unknown>[];
  /** What every correct answer contains. */
  contains: string;
  targets: (rows: Row[]) => Target[];
};

const CONNECTIONS = 4;
const COMPARED = 5;

const readContestants: Contestant[] = [
  ...runtimes.map(parley),
  ...runtimes.map(limit),
  postgraphile(latest),
  ...runtimes.map(mercurius),
];

/** The requests of a question, in turn. */
export function requestsOf(question: Question, { kind }: Contestant, scene: Scene): () => Request {
  const document = Object.entries(question.documents).find(([of]) => of === kind)?.[1];
  if (document === undefined) throw new Error(`${kind} is not asked for ${question.name}.`);
  const nextVariables = inTurn(question.variables(scene, kind));
  const nextKey = inTurn(scene.apiKeys);
  return () => {
    const all = { ...nextVariables(), ...(kind === 'PostGraphile' ? { workspaceId: scene.workspaceId } : {}) };
    return {
      path: kind === 'Limit' ? `/${document}` : '/graphql',
      headers: { authorization: `Bearer ${nextKey()}` },
      body: JSON.stringify(kind === 'Limit' ? all : { query: document, variables: all }),
      contains: question.contains,
    };
  };
}

/** A question that all contestants answer under load. */
export function readWork(question: Question): Work {
  return {
    name: question.name,
    run: async (bench) => {
      const { scene } = bench.database;
      await compareAnswers(bench, question);
      const entries = readContestants.map((contestant) => ({
        contestant,
        next: requestsOf(question, contestant, scene),
      }));
      const rows = await alternate(bench, question.name, entries, CONNECTIONS);
      return {
        work: question.name,
        title: question.title,
        measures: [...operationMeasures],
        rows,
        targets: question.targets(rows),
        notes: [`${CONNECTIONS} connections.`],
      };
    },
  };
}

async function compareAnswers(bench: Bench, question: Question): Promise<void> {
  const nexts = readContestants.map((contestant) => requestsOf(question, contestant, bench.database.scene));
  for (let count = 0; count < COMPARED; count += 1) {
    const answers: { from: string; answer: unknown }[] = [];
    for (const [index, contestant] of readContestants.entries()) {
      bench.progress.show(`${question.name}: asking ${contestant.name}`);
      const next = nexts[index];
      if (!next) continue;
      const { url } = await bench.server(contestant);
      answers.push({ from: contestant.name, answer: JSON.parse((await send(url, next())).toString()).data });
    }
    assertSame(question.name, answers);
  }
}
