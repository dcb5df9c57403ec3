import { Agent } from 'node:http';
import { latest, parley } from '../harness/contestants.js';
import { type Request, send } from '../harness/load.js';
import { inTurn, type Scene } from '../harness/scene.js';
import { pageOf50 } from '../works/page.js';
import { sends } from '../works/send.js';

const EVERY_MS = 20;

/** Reads a page and sends a message in turn, one of them every 20 ms whether those before are answered or not. */
export function startLightLoad(origin: string, scene: Scene) {
  const agent = new Agent({ keepAlive: true });
  const variables = inTurn(pageOf50.variables(scene, 'Parley'));
  const nextKey = inTurn(scene.apiKeys);
  const read = (): Request => ({
    path: '/graphql',
    headers: { authorization: `Bearer ${nextKey()}` },
    body: JSON.stringify({ query: pageOf50.documents.Parley, variables: variables() }),
    contains: pageOf50.contains,
  });
  const next = inTurn([read, sends(parley(latest), scene, '', scene.openConversations)]);
  const waiting = new Map<symbol, number>();
  let waits: number[] = [];
  let failure: { error: unknown } | null = null;

  async function ask(): Promise<void> {
    const request = Symbol('request');
    const began = performance.now();
    waiting.set(request, began);
    try {
      await send(origin, next()(), agent);
      waits.push(performance.now() - began);
    } catch (error) {
      failure ??= { error };
    } finally {
      waiting.delete(request);
    }
  }

  /** How long those wait that are not answered yet. */
  function unanswered(): number[] {
    const now = performance.now();
    return [...waiting.values()].map((began) => now - began);
  }

  const timer = setInterval(() => void ask(), EVERY_MS);
  return {
    /** Forgets all that were answered. */
    reset: () => {
      waits = [];
      failure = null;
    },
    /** How long those took that were answered since the reset, and those that still wait. Throws if one has failed. */
    soFar: () => {
      if (failure) throw failure.error;
      const sorted = [...waits, ...unanswered()].sort((a, b) => a - b);
      return {
        count: sorted.length,
        medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
        longestMs: sorted.at(-1) ?? 0,
      };
    },
    /** Whether all have been answered within so many milliseconds since the reset. */
    areQuick: (ms: number) => !failure && [...waits, ...unanswered()].every((wait) => wait < ms),
    stop: async () => {
      clearInterval(timer);
      agent.destroy();
    },
  };
}
