import { expect, inject, it } from 'vitest';
import { readLogAfter } from '../../src/event-log/read-log.sql.js';
import { createFanOut } from '../../src/live/fan-out.js';
import type { Subscriber } from '../../src/live/subscriber.js';
import type { SharedWork } from '../../src/live/subscription-group.js';
import { eventually } from '../live/support/listen.js';
import { useParley } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { newWorkspace } from './support/log-rows.js';
import { writeOnce } from './support/writers.js';

const parley = useParley({});

function collect(subscriber: Subscriber): number[] {
  const positions: number[] = [];
  void (async () => {
    for await (const { data } of subscriber) positions.push(Number(data?.position));
  })();
  return positions;
}

it('events between the last log read and the first live event are neither lost nor sent twice', async () => {
  const workspace = await newWorkspace(inject('databaseUrl'));
  const write = () => writeOnce({ url: parley.url, apiKey: workspace.apiKey }, []);
  let betweenLookAndAnswer: (() => Promise<void>) | undefined;
  let reachedEnd = false;
  const fanOut = createFanOut(parley.live.logFollower, async (workspaceId, position) => {
    const batch = await readLogAfter(parley.database, workspaceId, position, 100);
    const meanwhile = betweenLookAndAnswer;
    betweenLookAndAnswer = undefined;
    await meanwhile?.();
    if (batch.length === 0) reachedEnd = true;
    return batch;
  });
  const work: SharedWork = {
    key: workspace.id,
    workspaceId: uuidOf(workspace.id),
    deliver: async (batch) =>
      batch.map(({ position, id }) => ({
        position: Number(position),
        eventId: id,
        result: { data: { position: Number(position) } },
        bytes: 100,
      })),
  };
  const start = { position: 0, eventId: null };
  try {
    const early = collect(await fanOut.subscribe(work, start));
    // Before that it could be the one whose look is held up below.
    await eventually(() => reachedEnd, 'a subscriber that is live');
    await write();
    await eventually(() => early.length === 1, 'an event at the live one');
    // Found nothing more, while the group of the other one has already handed out the next event.
    betweenLookAndAnswer = async () => {
      await write();
      await eventually(() => early.length === 2, 'an event that only the live one has got');
    };
    const late = collect(await fanOut.subscribe(work, { position: 1, eventId: null }));
    await eventually(() => late.length === 1, 'the event at the late one');
    await write();
    await eventually(() => early.length === 3 && late.length === 2, 'another event at both');
    expect({ early, late }).toEqual({ early: [1, 2, 3], late: [2, 3] });
  } finally {
    fanOut.close();
  }
  expect(fanOut.size()).toEqual({ groups: 0, subscribers: 0 });
});

it('an event whose selection fails is retried, and then sent with its error', async () => {
  const workspace = await newWorkspace(inject('databaseUrl'));
  const write = () => writeOnce({ url: parley.url, apiKey: workspace.apiKey }, []);
  let failuresLeft = 2;
  let lenientTries = 0;
  const work: SharedWork = {
    key: workspace.id,
    workspaceId: uuidOf(workspace.id),
    deliver: async (batch, { lenient } = { lenient: false }) => {
      if (lenient) lenientTries += 1;
      if (failuresLeft > 0 && !lenient) {
        failuresLeft -= 1;
        throw new Error('The database is away.');
      }
      return batch.map(({ position, id }) => ({
        position: Number(position),
        eventId: id,
        result: { data: { position: Number(position) } },
        bytes: 100,
      }));
    },
  };
  const subscriber = await parley.live.fanOut.subscribe(work, { position: 0, eventId: null });
  const positions = collect(subscriber);
  await write();
  await eventually(() => positions.length === 1, 'an event after a passing failure');
  expect(lenientTries).toBe(0);
  failuresLeft = Number.POSITIVE_INFINITY;
  await write();
  await eventually(() => positions.length === 2, 'an event with its failure');
  failuresLeft = 0;
  await write();
  await eventually(() => positions.length === 3, 'the next event');
  expect({ positions, lenientTries }).toEqual({ positions: [1, 2, 3], lenientTries: 1 });
  subscriber.end();
});
