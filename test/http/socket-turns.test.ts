import { describe, expect, it } from 'vitest';
import type { Admission } from '../../src/http/admission.js';
import { createSocketTurns } from '../../src/http/socket-turns.js';

type Turn = Parameters<Admission['take']>[0];

/** An admission that lets begin who came last. */
function newestFirst() {
  const waiting: Turn[] = [];
  let left = 0;
  return {
    waiting,
    left: () => left,
    take: (turn: Turn) => {
      waiting.push(turn);
      return () => undefined;
    },
    beginNext: () =>
      waiting.pop()?.begin(() => {
        left += 1;
      }),
    refuseNext: () => waiting.pop()?.refuse(),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('turns of the operations of a socket', () => {
  it('come in the order in which they were sent, and only one waits at a time', async () => {
    const admission = newestFirst();
    const turns = createSocketTurns(admission)('caller', () => true);
    const begun: string[] = [];
    for (const id of ['1', '2', '3']) void turns.wait(id).then(() => begun.push(id));
    for (const [index, id] of ['1', '2', '3'].entries()) {
      await settled();
      expect(admission.waiting).toHaveLength(1);
      expect(turns.size()).toBe(3 - index);
      admission.beginNext();
      await settled();
      expect(begun.at(-1)).toBe(id);
      turns.take(id)?.leave?.();
    }
    expect(admission.left()).toBe(3);
    expect(turns.take('1')).toBeUndefined();
  });

  it('are few of a caller in one turn of the event loop, over however many sockets, so that others have theirs', async () => {
    const begun: string[] = [];
    const take = ({ begin }: Turn) => {
      begin(() => undefined);
      return () => undefined;
    };
    const turns = createSocketTurns({ take });
    const sockets = { a: turns('caller', () => true), b: turns('caller', () => true), c: turns('another', () => true) };
    const all = Object.entries(sockets).flatMap(([name, socket]) =>
      [1, 2, 3, 4].map((number) => socket.wait(String(number)).then(() => begun.push(`${name}${number}`))),
    );
    await settled();
    expect(begun.filter((name) => name.startsWith('c'))).toEqual(['c1', 'c2', 'c3', 'c4']);
    expect(begun.filter((name) => !name.startsWith('c'))).toHaveLength(5);
    await Promise.all(all);
    expect(begun).toHaveLength(12);
  });

  it('say who is refused, and come to the next one then', async () => {
    const admission = newestFirst();
    const turns = createSocketTurns(admission)('caller', () => true);
    const both = [turns.wait('refused'), turns.wait('next')];
    await settled();
    admission.refuseNext();
    await settled();
    admission.beginNext();
    await Promise.all(both);
    expect(turns.take('refused')).toMatchObject({ leave: null });
    expect(turns.take('next')).toMatchObject({ leave: expect.any(Function) });
  });

  it('end where nobody takes them', async () => {
    const admission = newestFirst();
    const turns = createSocketTurns(admission)('caller', () => true);
    const waiting = turns.wait('1');
    await settled();
    admission.beginNext();
    await waiting;
    turns.giveUp('1');
    expect(admission.left()).toBe(1);
    turns.giveUp('1');
    expect(turns.take('1')).toBeUndefined();
    expect(admission.left()).toBe(1);
  });

  it('are not taken for what a closed socket has sent', async () => {
    const admission = newestFirst();
    const turns = createSocketTurns(admission)('caller', () => false);
    await turns.wait('1');
    expect(turns.take('1')).toMatchObject({ leave: null });
    expect(admission.waiting).toEqual([]);
  });
});
