import { randomUUID } from 'node:crypto';
import { queryObjects } from 'node:v8';
import { expect, it, onTestFinished } from 'vitest';
import { encodeId } from '../../src/lib/ids.js';
import { LiveConversationChangesDocument } from '../generated/operations.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { connect, eventually, listen } from './support/listen.js';

const OPEN = 200;
/** Each count goes through the whole heap, which the other files of the worker have filled. */
const PATIENCE_MS = 240_000;

const parley = useParley({ config: { maxDistinctSubscriptions: OPEN, maxOperationsPerSocket: OPEN } });
const workspace = useWorkspace(parley);

/** Every context has one, in its budget. Counting collects garbage first. */
const contexts = () => queryObjects(AbortSignal, { format: 'count' });

it(
  'an open subscription does not keep the context of its operation',
  async () => {
    const socket = connect(parley.url, workspace.apiKey);
    onTestFinished(() => socket.dispose());
    const before = contexts();
    for (let count = 0; count < OPEN; count += 1) {
      listen(socket, LiveConversationChangesDocument, { filter: { assigneeId: encodeId('User', randomUUID()) } });
    }
    await eventually(() => parley.live.fanOut.size().subscribers === OPEN, 'all are open', 60_000);
    await eventually(() => contexts() < before + OPEN / 10, 'their contexts are gone', 120_000);
    expect(parley.live.fanOut.size().subscribers).toBe(OPEN);
  },
  PATIENCE_MS,
);
