import { describe, expect, it } from 'vitest';
import type { Admission } from '../../src/http/admission.js';
import { inRequestScope } from '../../src/http/request-scope.js';
import { createSocketTurns } from '../../src/http/socket-turns.js';

type Turn = Parameters<Admission['take']>[0];

/** An admission that lets begin who came last. */
function newestFirst() {
  const waiting: Turn[] = [];
  const costs: number[] = [];
  return {
    waiting,
    costs,
    take: (turn: Turn) => {
      waiting.push(turn);
      return () => undefined;
    },
    beginNext: () => waiting.pop()?.begin((cost = 0) => void costs.push(cost)),
    refuseNext: () => waiting.pop()?.refuse(),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('turns of the operations of a socket', () => {
  it('come in the order in which they were sent, and only one waits at a time', async () => {
    const admission = newestFirst();
    const inTurn = createSocketTurns(admission)('caller', () => true);
    const begun: number[] = [];
    await inRequestScope(undefined, async (scope) => {
      const all = [1, 2, 3].map((operation) => inTurn(scope, async () => void begun.push(operation)));
      for (const operation of [1, 2, 3]) {
        await settled();
        expect(admission.waiting).toHaveLength(1);
        admission.beginNext();
        await settled();
        expect(begun.at(-1)).toBe(operation);
      }
      await Promise.all(all);
    });
    expect(admission.costs).toEqual([0, 0, 0]);
  });

  it('are few of a caller in one turn of the event loop, over however many sockets, so that others have theirs', async () => {
    const begun: string[] = [];
    const take = ({ begin }: Turn) => {
      begin(() => undefined);
      return () => undefined;
    };
    const turns = createSocketTurns({ take });
    const sockets = [turns('caller', () => true), turns('caller', () => true), turns('another', () => true)];
    await inRequestScope(undefined, async (scope) => {
      const all = ['a', 'b', 'c'].flatMap((name, socket) =>
        [1, 2, 3, 4].map((operation) => sockets[socket]?.(scope, async () => void begun.push(`${name}${operation}`))),
      );
      await settled();
      expect(begun.filter((name) => name.startsWith('c'))).toEqual(['c1', 'c2', 'c3', 'c4']);
      expect(begun.filter((name) => !name.startsWith('c'))).toHaveLength(5);
      await Promise.all(all);
      expect(begun).toHaveLength(12);
    });
  });

  it('are over after a failure, and what is refused does nothing', async () => {
    const admission = newestFirst();
    const inTurn = createSocketTurns(admission)('caller', () => true);
    await inRequestScope(undefined, async (scope) => {
      const failing = inTurn(scope, () => Promise.reject(new Error('It failed.')));
      const refused = inTurn(scope, () => Promise.resolve('done'));
      const next = inTurn(scope, () => Promise.resolve('done'));
      await settled();
      admission.beginNext();
      await expect(failing).rejects.toThrow('It failed.');
      admission.refuseNext();
      await expect(refused).resolves.toBeNull();
      await settled();
      admission.beginNext();
      await expect(next).resolves.toBe('done');
    });
    expect(admission.costs).toHaveLength(2);
  });

  it('are not taken for what a closed socket has sent', async () => {
    const admission = newestFirst();
    const inTurn = createSocketTurns(admission)('caller', () => false);
    await inRequestScope(undefined, async (scope) => {
      await expect(inTurn(scope, () => Promise.resolve('done'))).resolves.toBeNull();
    });
    expect(admission.waiting).toEqual([]);
  });
});
