import type { LogEntry, LogPosition } from '../event-log/log-event.js';
import type { LogFollower } from './log-follower.js';
import {
  entriesAfter,
  follows,
  type Portion,
  PortionQueue,
  positionOf,
  type ReadAfter,
  wholeOf,
} from './portion-queue.js';
import type { Findings, Topic } from './topic.js';

/** Whoever is given what matters to it. */
type Interested = {
  take: (portion: Portion) => void;
  /** What follows was not handed out: it has to be read from the log. */
  fallBehind: () => void;
};

/** Hands out the log of a workspace to those whom it matters to, of one topic. */
export type Dispatcher = {
  /** Adds somebody who is interested in keys, or in everything with null. Returns how to remove it. */
  add: (interested: Interested, keys: readonly string[] | null) => () => void;
  /** The entries of a part of the log that matter to somebody who is interested in keys, or in everything with null. */
  select: (entries: readonly LogEntry[], keys: readonly string[] | null) => Promise<readonly LogEntry[]>;
  /** Up to where everybody has been given what matters to it. */
  dispatched: () => LogPosition;
  close: () => void;
};

type Opening = { logFollower: LogFollower; workspaceId: string; topic: Topic; readAfter: ReadAfter };

/** Starts to hand out the log of a workspace. */
export async function openDispatcher({ logFollower, workspaceId, topic, readAfter }: Opening): Promise<Dispatcher> {
  const byKey = new Map<string, Set<Interested>>();
  /** Those who are interested in everything. */
  const inAll = new Set<Interested>();
  /** Everybody. */
  const all = new Set<Interested>();
  let dispatched: LogPosition | null = null;

  /** What each gets of a batch; only those whom something in it may matter to. */
  function portionsOf(batch: readonly LogEntry[], { byKey: found, forAll }: Findings) {
    const portions = new Map<Interested, Set<LogEntry> | readonly LogEntry[]>();
    const give = (interested: Interested, entries: readonly LogEntry[]) => {
      const given = portions.get(interested);
      if (given instanceof Set) for (const entry of entries) given.add(entry);
      else if (given !== entries) portions.set(interested, given ? new Set([...given, ...entries]) : entries);
    };
    for (const [key, entries] of found) for (const interested of byKey.get(key) ?? []) give(interested, entries);
    if (forAll.length > 0) for (const interested of all) give(interested, forAll);
    for (const interested of inAll) portions.set(interested, batch);
    return portions;
  }

  async function handle({ entries, end }: Portion): Promise<void> {
    const from = dispatched?.position ?? 0;
    const fresh = entriesAfter(from, entries);
    if (fresh.length === 0) return;
    if (!follows(from, fresh)) throw new Error('The log was trimmed before it was read.');
    const findings = await find(fresh);
    for (const [interested, given] of portionsOf(fresh, findings)) {
      interested.take({ entries: given instanceof Set ? [...given].sort(inLogOrder) : given, end });
    }
    dispatched = end;
  }

  /** Of parts of the log that many read. */
  const known = new WeakMap<readonly LogEntry[], Promise<Findings>>();

  async function select(entries: readonly LogEntry[], keys: readonly string[] | null): Promise<readonly LogEntry[]> {
    if (keys === null) return entries;
    const finding = known.get(entries) ?? (async () => topic.find(entries))();
    known.set(entries, finding);
    try {
      const { byKey: found, forAll } = await finding;
      const selected = new Set([...forAll, ...keys.flatMap((key) => found.get(key) ?? [])]);
      return [...selected].sort(inLogOrder);
    } catch (error) {
      known.delete(entries);
      throw error;
    }
  }

  async function find(batch: readonly LogEntry[]): Promise<Findings> {
    if (byKey.size === 0) return { byKey: new Map(), forAll: [] };
    // So that nothing is missed: each finds out by itself, and reads the log again if that fails too.
    return (async () => topic.find(batch))().catch(() => ({ byKey: new Map(), forAll: batch }));
  }

  const queue = new PortionQueue({
    readNext: () => readAfter(dispatched?.position ?? 0),
    handle,
    fail: () => {
      for (const interested of all) interested.fallBehind();
      dispatched = following.reached();
    },
  });

  const following = await logFollower.follow(workspaceId, (batch) => {
    const portion = dispatched && wholeOf(batch);
    if (portion) queue.push(portion);
  });
  const start = following.reached();
  dispatched = start;

  return {
    add: (interested, keys) => {
      all.add(interested);
      if (keys === null) inAll.add(interested);
      for (const key of keys ?? []) byKey.set(key, (byKey.get(key) ?? new Set()).add(interested));
      return () => {
        all.delete(interested);
        inAll.delete(interested);
        for (const key of keys ?? []) {
          const others = byKey.get(key);
          others?.delete(interested);
          if (others?.size === 0) byKey.delete(key);
        }
      };
    },
    select,
    dispatched: () => dispatched ?? start,
    close: following.stop,
  };
}

function inLogOrder(a: LogEntry, b: LogEntry): number {
  return positionOf(a).position - positionOf(b).position;
}
