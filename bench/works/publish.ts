import { encodeId } from '../../src/lib/ids.js';
import type { Bench } from '../harness/bench.js';
import { type Contestant, latest, parley } from '../harness/contestants.js';
import { send } from '../harness/load.js';
import type { Server } from '../harness/process.js';
import type { Subscription } from '../harness/sockets.js';
import { sends } from './send.js';

/** Causes one event of a conversation, which goes to the subscribers of that conversation, or to all if they want all. */
export type Publish = (conversationId: string) => Promise<void>;

const SELECTED = 'type cursor conversation { id status subject }';
const PARLEY = `subscription Follow($conversationId: ID) {
  events(conversationId: $conversationId) { ${SELECTED} ... on MessageAdded { message { text } } }
}`;
const YOGA = `subscription Follow($conversationId: ID) {
  events(conversationId: $conversationId) { ${SELECTED} message { text } }
}`;

/** A subscription to one conversation, or to all. */
export function subscriptionTo({ kind }: Contestant, apiKey: string, conversationId: string | null): Subscription {
  if (conversationId === null) return { apiKey, query: kind === 'Parley' ? PARLEY : YOGA, variables: {} };
  const id = kind === 'Parley' ? encodeId('Conversation', conversationId) : conversationId;
  return { apiKey, query: kind === 'Parley' ? PARLEY : YOGA, variables: { conversationId: id } };
}

/**
 * How a contestant is made to send an event. Parley's comes from another process, so that the mutation is not measured.
 * The others are told what to send: the frame that Parley sent.
 */
export function publisherOf(
  bench: Bench,
  { kind }: Contestant,
  server: Server,
  frame: string,
  toAll: boolean,
): Publish {
  if (kind === 'Parley') {
    return async (conversationId) => {
      const { url } = await bench.server(writer);
      await send(url, sends(parley(latest), bench.database.scene, '', [conversationId])());
    };
  }
  const payload = kind === 'ws' ? { text: frame } : { event: JSON.parse(frame || '{}').payload?.data?.events };
  return async (conversationId) => {
    const body = JSON.stringify({ group: toAll ? '' : conversationId, ...payload });
    await send(server.url, { path: '/publish', body, contains: 'published' });
  };
}

/** The process that causes Parley's events. */
const writer: Contestant = { ...parley(latest), name: 'writer' };
