import type { Logger } from 'pino';
import type { Database } from '../db/client.js';
import { readLogBehind } from '../event-log/read-log.sql.js';
import type { Notify } from '../unit-of-work/transaction.js';
import { createFanOut, type FanOut } from './fan-out.js';
import { createTail, type Tail } from './log-follower.js';
import type { Doorbell } from './notifier/notifier.js';
import { createRinger } from './notify-after-commit.js';
import { createSessions, type Sessions } from './sessions.js';
import { createTypingHub, type TypingHub } from './typing.js';

/** Everything that lasts longer than a request. */
export type Live = {
  tail: Tail;
  fanOut: FanOut;
  typing: TypingHub;
  sessions: Sessions;
  notify: Notify;
  /** Calls the listener for each workspace whose log may have grown, in whatever process; answers how to stop. */
  onRing: (listener: (workspaceId: string) => void) => () => void;
  /** Ends what still listens, such as subscriptions over HTTP. */
  endSubscriptions: () => void;
  close: () => Promise<void>;
};

const CATCH_UP_BATCH = 200;

/** Connects the log's tail, the doorbell and the subscriptions. */
export function createLive(database: Database, doorbell: Doorbell, clock: () => Date, log: Logger): Live {
  const tail = createTail(database, log);
  const fanOut = createFanOut(tail, (workspaceId, position) =>
    readLogBehind(database, workspaceId, position, CATCH_UP_BATCH),
  );
  const typing = createTypingHub(doorbell);
  const sessions = createSessions(database, clock, log);
  const onRing: Live['onRing'] = (listener) =>
    doorbell.onSignal((signal) => {
      if (signal.type === 'ring') for (const workspaceId of signal.workspaceIds) listener(workspaceId);
    });
  onRing(tail.ring);
  return {
    tail,
    fanOut,
    typing,
    sessions,
    notify: createRinger(doorbell, tail.ring),
    onRing,
    endSubscriptions: () => {
      fanOut.close();
      typing.close();
    },
    close: async () => {
      fanOut.close();
      typing.close();
      sessions.close();
      tail.close();
      await doorbell.close();
    },
  };
}
