import { setTimeout as sleep } from 'node:timers/promises';
import { loggedIds, type Workspace, withSql } from '../../test/faults/support/log-rows.js';
import { type ResumingClient, resumeAlways } from '../../test/faults/support/resuming-client.js';
import { type Caller, cursorNow, writeOnce } from '../../test/faults/support/writers.js';
import { eventually } from '../../test/live/support/listen.js';
import { PATIENCE_MS } from './world.js';

const WRITERS = 8;
const SOCKETS = 20;
const PAUSE_MS = 20;

type Options = {
  workspace: Workspace;
  /** Where writers and sockets go, of which each takes the next one after a failure. */
  urls: () => readonly string[];
};

export type Load = {
  /** How many writes were acknowledged, and how many failed, until now. */
  acknowledged: () => number;
  failed: () => number;
  /** The longest that a write took until it was acknowledged, of those that ended after a moment, in milliseconds. */
  slowestSince: (moment: number) => number;
  /** Waits until this many more writes are acknowledged. */
  more: (count: number) => Promise<void>;
  /** How long after a moment every writer had a write acknowledged that it sent after it, in milliseconds. */
  servedAgainAfter: (moment: number) => Promise<number>;
  /** Ends the writers, and compares what they and the sockets have with the database. */
  end: (databaseUrl: string) => Promise<Kept>;
};

/** What is left of a load. */
export type Kept = { acknowledged: number; failed: number; lost: number; sockets: { resumed: number; all: number } };

/** Conversations that are made all the time, while sockets follow their events. */
export async function beginLoad({ workspace, urls }: Options): Promise<Load> {
  const callerAt = (turn: number): Caller => {
    const all = urls();
    return { url: all[turn % all.length] ?? '', apiKey: workspace.apiKey };
  };
  const after = await cursorNow(callerAt(0));
  const sockets = Array.from({ length: SOCKETS }, (_, index) => {
    let turn = index;
    const nextUrl = () => callerAt(turn++).url;
    return resumeAlways({ nextUrl, apiKey: workspace.apiKey, after });
  });
  await eventually(() => sockets.every((socket) => socket.subscriptions() > 0), 'the sockets', PATIENCE_MS);
  const writers = Array.from({ length: WRITERS }, (_, index) => beginWriter(index, callerAt));
  const sum = (count: (writer: Writer) => number) => writers.reduce((total, writer) => total + count(writer), 0);
  const acknowledged = () => sum((writer) => writer.acknowledged.length);
  return {
    acknowledged,
    failed: () => sum((writer) => writer.failed()),
    slowestSince: (moment) => {
      const ended = writers.flatMap((writer) => writer.acknowledged.filter(({ doneAt }) => doneAt >= moment));
      return Math.max(0, ...ended.map(({ sentAt, doneAt }) => doneAt - sentAt));
    },
    more: async (count) => {
      const enough = acknowledged() + count;
      await eventually(() => acknowledged() >= enough, 'writes', PATIENCE_MS);
    },
    servedAgainAfter: async (moment) => {
      const again = () => writers.map((writer) => writer.acknowledged.find(({ sentAt }) => sentAt >= moment)?.doneAt);
      await eventually(() => again().every((doneAt) => doneAt !== undefined), 'that all are served again', PATIENCE_MS);
      return Math.max(...again().map((doneAt) => (doneAt ?? 0) - moment));
    },
    end: async (databaseUrl) => {
      await Promise.all(writers.map((writer) => writer.stop()));
      const logged = await loggedIds(databaseUrl, workspace);
      await caughtUp(sockets, logged);
      for (const socket of sockets) socket.stop();
      const subjects = await subjectsIn(databaseUrl);
      return {
        acknowledged: acknowledged(),
        failed: sum((writer) => writer.failed()),
        lost: sum((writer) => writer.acknowledged.filter(({ subject }) => !subjects.has(subject)).length),
        sockets: { resumed: sockets.filter((socket) => isComplete(socket, logged)).length, all: SOCKETS },
      };
    },
  };
}

type Acknowledged = { subject: string; sentAt: number; doneAt: number };
type Writer = {
  acknowledged: Acknowledged[];
  failed: () => number;
  stop: () => Promise<void>;
};

function beginWriter(index: number, callerAt: (turn: number) => Caller): Writer {
  const acknowledged: Acknowledged[] = [];
  let [writing, failed] = [true, 0];
  const loop = (async () => {
    for (let sent = 0; writing; sent += 1) {
      const subject = `Writer ${index}, number ${sent}`;
      const sentAt = performance.now();
      const isDone = await writeOnce(callerAt(index + failed), [], subject).then(
        () => true,
        () => false,
      );
      const doneAt = performance.now();
      if (isDone) acknowledged.push({ subject, sentAt, doneAt });
      else {
        failed += 1;
        await sleep(PAUSE_MS);
      }
    }
  })();
  return {
    acknowledged,
    failed: () => failed,
    stop: async () => {
      writing = false;
      await loop;
    },
  };
}

/** Waits for the last event on every socket; what has not come until then does not come. */
async function caughtUp(sockets: readonly ResumingClient[], logged: readonly string[]): Promise<void> {
  const all = () => sockets.every(({ ids }) => ids.length >= logged.length);
  await eventually(all, 'the last event on every socket', PATIENCE_MS).catch(() => undefined);
}

/** Whether every event came, once and in order. */
function isComplete({ ids }: ResumingClient, logged: readonly string[]): boolean {
  return ids.length === logged.length && ids.every((id, index) => id === logged[index]);
}

async function subjectsIn(databaseUrl: string): Promise<Set<string>> {
  return withSql(databaseUrl, async (sql) => {
    const { rows } = await sql.query<{ subject: string }>('SELECT subject FROM "Conversation"');
    return new Set(rows.map(({ subject }) => subject));
  });
}
