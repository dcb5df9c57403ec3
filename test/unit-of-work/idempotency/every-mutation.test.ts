import { beforeEach, describe, expect, it } from 'vitest';
import { EventsDocument } from '../../generated/operations.js';
import { ask } from '../../support/act.js';
import { makeApiKey } from '../../support/api-key.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { type Keyed, type KeyedMutation, keyedMutations } from './support/mutations.js';

let now: Date;
const parley = useParley({ clock: () => now });
const workspace = useFreshWorkspace(parley);
beforeEach(() => {
  now = new Date('2026-03-01T12:00:00.000Z');
});

const names: KeyedMutation[] = ['createConversation', 'sendMessage', 'createContact', 'createUser', 'createChannel'];
const DAY_MS = 24 * 60 * 60 * 1000;
const conflict = 'IDEMPOTENCY_CONFLICT';
const eventCount = async () => (await ask(workspace, EventsDocument, {})).edges.length;

describe.each(names)('the idempotency key of %s', (name) => {
  let keyed: Keyed;
  beforeEach(async () => {
    keyed = await keyedMutations[name](workspace);
  });

  it('has one effect and 50 equal answers for 50 concurrent requests', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, () => keyed.run(workspace, 'key-1')));
    expect(new Set(ids).size).toBe(1);
    expect(await keyed.count()).toBe(1);
  });

  it('returns the same answer later, and writes and logs nothing', async () => {
    const first = await keyed.run(workspace, 'key-1');
    const events = await eventCount();
    now = new Date(now.getTime() + 30 * DAY_MS - 1);
    expect(await keyed.run(workspace, 'key-1')).toBe(first);
    expect(await keyed.count()).toBe(1);
    expect(await eventCount()).toBe(events);
  });

  it('is refused for another input', async () => {
    await keyed.run(workspace, 'key-1');
    await expect(keyed.run(workspace, 'key-1', 'two')).rejects.toThrow(conflict);
    expect(await keyed.count()).toBe(1);
    await keyed.run(workspace, 'key-2', 'two');
    expect(await keyed.count()).toBe(2);
  });

  it('is refused for another mutation', async () => {
    await keyed.run(workspace, 'key-1');
    for (const other of names.filter((candidate) => candidate !== name)) {
      const { run } = await keyedMutations[other](workspace);
      await expect(run(workspace, 'key-1')).rejects.toThrow(conflict);
    }
  });

  it('goes to one of two inputs sent with it concurrently', async () => {
    const labels = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? 'one' : 'two'));
    const outcomes = await Promise.allSettled(labels.map((label) => keyed.run(workspace, 'key-1', label)));
    const fulfilled = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
    expect(fulfilled).toHaveLength(5);
    expect(new Set(fulfilled).size).toBe(1);
    expect(refused.filter((reason) => reason.includes(conflict))).toHaveLength(5);
    expect(await keyed.count()).toBe(1);
  });

  it('belongs to the caller and is independent for another API key and another workspace', async () => {
    const first = await keyed.run(workspace, 'key-1');
    const colleague = await makeApiKey(parley, workspace);
    const second = await keyed.run(colleague, 'key-1', 'two');
    expect(second).not.toBe(first);
    expect(await keyed.run(colleague, 'key-1', 'two')).toBe(second);
    expect(await keyed.run(workspace, 'key-1')).toBe(first);
    expect(await keyed.count()).toBe(2);
    const elsewhere = await parley.newWorkspace();
    const there = await keyedMutations[name](elsewhere);
    expect(await there.run(elsewhere, 'key-1')).not.toBe(first);
  });

  it('expires after 30 days', async () => {
    const first = await keyed.run(workspace, 'key-1', 'one');
    now = new Date(now.getTime() + 30 * DAY_MS + 1);
    const second = await keyed.run(workspace, 'key-1', 'two');
    expect(second).not.toBe(first);
    expect(await keyed.run(workspace, 'key-1', 'two')).toBe(second);
    await expect(keyed.run(workspace, 'key-1', 'one')).rejects.toThrow(conflict);
    expect(await keyed.count()).toBe(2);
  });

  it('may have up to 255 characters and must not be blank', async () => {
    const longest = 'k'.repeat(255);
    expect(await keyed.run(workspace, longest)).toBe(await keyed.run(workspace, longest));
    for (const key of [`${longest}k`, ' ']) {
      const refused = /Expected a payload, got .*ValidationError.*"path":\["idempotencyKey"\]/;
      await expect(keyed.run(workspace, key, 'two')).rejects.toThrow(refused);
    }
    expect(await keyed.count()).toBe(1);
  });
});
