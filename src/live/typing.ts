import type { LogEntry } from '../event-log/log-event.js';
import { createLiveQueue, type LiveQueue } from './live-queue.js';
import type { Following, LogFollower } from './log-follower.js';
import type { Notifier, TypingSignal } from './notifier/notifier.js';
import { type Audience, type Topic, topicOfConversation, topicsOf } from './typing-audience.js';
import { createTypists, keyOf, type Typing, type Typists } from './typists.js';

/** Sends and receives typing signals. */
export type TypingHub = {
  /** Tells the listeners in all processes. Without an audience, those who were told that the actor types. */
  signal: (workspaceId: string, typing: Omit<Typing, 'audience'> & { audience?: Audience }) => void;
  /** A queue of the signals of some topics, beginning with who types now; end it to stop listening. */
  listen: (workspaceId: string, topics: readonly Topic[]) => Promise<LiveQueue<Typing>>;
  close: () => void;
};

const MAX_WAITING = 1_000;
/** How many authors are remembered whose signals may arrive after their messages. */
const MAX_AUTHORS = 1_000;

type Queue = LiveQueue<Typing>;

/** The listeners of a workspace, and the log that tells who has sent what they typed. */
type Floor = {
  queues: Set<Queue>;
  byTopic: Map<Topic, Set<Queue>>;
  /** When each author last wrote, the longest ago first: a typing signal from before that may arrive after the message. */
  wrote: Map<string, { at: Date; heardAt: number }>;
  /** How long they are remembered. */
  typingMs: number;
  following: Promise<Following>;
};

/** What a process knows of a workspace: who types there, and while somebody listens, the listeners. */
type Place = { typists: Typists; floor: Floor | null };

type Options = {
  notifier: Notifier;
  logFollower: Pick<LogFollower, 'follow'>;
  /** Of those who were known to type, finds who has sent a message since. */
  whoWrote: (workspaceId: string, typists: readonly Typing[]) => Promise<Typing[]>;
  /** Without another signal, an actor is considered to have stopped after this time. */
  typingMs: number;
};

/**
 * Carries typing signals between processes, and adds `typing: false` when an actor has sent a message, or sends no
 * further signal. Every process keeps who types, from the signals that all receive, so that each can tell a listener that
 * comes later. It follows the log of a workspace only while somebody listens; before the first one does, it asks the
 * database who of those it knows has written since.
 */
export function createTypingHub({ notifier, logFollower, whoWrote, typingMs }: Options): TypingHub {
  const places = new Map<string, Place>();

  function placeOf(workspaceId: string): Place {
    const known = places.get(workspaceId);
    if (known) return known;
    const place: Place = {
      floor: null,
      typists: createTypists(typingMs, (typing) => {
        emit(place.floor, { ...typing, typing: false, at: new Date() });
        forgetIfEmpty(workspaceId);
      }),
    };
    places.set(workspaceId, place);
    return place;
  }

  function forgetIfEmpty(workspaceId: string): void {
    const place = places.get(workspaceId);
    if (place && !place.floor && place.typists.count() === 0) places.delete(workspaceId);
  }

  function receive({ workspaceId, conversationId, actor, typing, at: sentAt, audience: told }: TypingSignal): void {
    const at = new Date(sentAt);
    const { typists, floor } = placeOf(workspaceId);
    const wrote = floor?.wrote.get(keyOf(conversationId, actor.id));
    if (typing && wrote && at < wrote.at) return;
    const audience = told ?? typists.get(conversationId, actor.id)?.audience;
    const signal = { conversationId, actor, typing, at, audience };
    if (typing) typists.set(signal);
    else typists.remove(conversationId, actor.id);
    emit(floor, signal);
    forgetIfEmpty(workspaceId);
  }

  const stop = notifier.onSignal((signal) => {
    if (signal.type === 'typing') receive(signal);
  });

  function openFloor(workspaceId: string, { typists }: Place): Floor {
    const floor: Floor = {
      queues: new Set(),
      byTopic: new Map(),
      wrote: new Map(),
      typingMs,
      following: logFollower
        .follow(workspaceId, (batch) => hear(floor, typists, batch))
        .then(async (following) => {
          try {
            for (const { conversationId, actor, at } of await whoWrote(workspaceId, typists.all())) {
              // Unless they have begun again since.
              if (typists.get(conversationId, actor.id)?.at === at) typists.remove(conversationId, actor.id);
            }
          } catch (error) {
            following.stop();
            throw error;
          }
          return following;
        }),
    };
    return floor;
  }

  function leave(workspaceId: string, place: Place, floor: Floor): void {
    if (floor.queues.size > 0) return;
    place.floor = null;
    floor.following.then(
      (following) => following.stop(),
      () => undefined,
    );
    forgetIfEmpty(workspaceId);
  }

  return {
    signal: (workspaceId, { at, ...typing }) =>
      notifier.send({ type: 'typing', workspaceId, ...typing, at: at.toISOString() }),
    listen: async (workspaceId, topics) => {
      const place = placeOf(workspaceId);
      place.floor ??= openFloor(workspaceId, place);
      const { floor } = place;
      const queue: Queue = createLiveQueue<Typing>(MAX_WAITING, () => {
        for (const topic of topics) removeFrom(floor.byTopic, topic, queue);
        floor.queues.delete(queue);
        leave(workspaceId, place, floor);
      });
      floor.queues.add(queue);
      try {
        await floor.following;
      } catch (error) {
        queue.end();
        throw error;
      }
      if (!floor.queues.has(queue)) return queue;
      for (const topic of topics) addTo(floor.byTopic, topic, queue);
      for (const typing of place.typists.all()) {
        if (topicsOf(typing.conversationId, typing.audience).some((topic) => topics.includes(topic)))
          queue.push(typing);
      }
      return queue;
    },
    close: () => {
      stop();
      for (const { floor, typists } of [...places.values()]) {
        typists.clear();
        for (const queue of [...(floor?.queues ?? [])]) queue.end();
      }
      places.clear();
    },
  };
}

function emit(floor: Floor | null, typing: Typing): void {
  if (!floor) return;
  for (const topic of topicsOf(typing.conversationId, typing.audience)) {
    for (const queue of floor.byTopic.get(topic) ?? []) queue.push(typing);
  }
}

/** What the log says of those who type: who has sent a message, and which conversations are gone. */
function hear(floor: Floor, typists: Typists, batch: readonly LogEntry[]): void {
  for (const { type, conversationId, actorType, actorId, occurredAt } of batch) {
    if (!conversationId) continue;
    if (type === 'conversation.deleted') forget(floor, typists, conversationId);
    if (type !== 'message.added' || !actorId || actorType === 'SYSTEM') continue;
    remember(floor, keyOf(conversationId, actorId), occurredAt);
    const typist = typists.get(conversationId, actorId);
    // Whoever has begun again since then goes on.
    if (!typist || typist.at > occurredAt) continue;
    typists.remove(conversationId, actorId);
    emit(floor, { ...typist, typing: false, at: occurredAt });
  }
}

function remember({ wrote, typingMs }: Floor, key: string, at: Date): void {
  const heardAt = performance.now();
  wrote.delete(key);
  wrote.set(key, { at, heardAt });
  for (const [oldest, { heardAt: then }] of wrote) {
    if (wrote.size <= MAX_AUTHORS && heardAt - then < typingMs) break;
    wrote.delete(oldest);
  }
}

/** Nobody is told of a deleted conversation any more, not even that typing ends there. */
function forget({ byTopic }: Floor, typists: Typists, conversationId: string): void {
  for (const { actor } of typists.all().filter((typing) => typing.conversationId === conversationId)) {
    typists.remove(conversationId, actor.id);
  }
  for (const queue of [...(byTopic.get(topicOfConversation(conversationId)) ?? [])]) queue.end();
}

function addTo(byTopic: Floor['byTopic'], topic: Topic, queue: Queue): void {
  const queues = byTopic.get(topic) ?? new Set();
  byTopic.set(topic, queues.add(queue));
}

function removeFrom(byTopic: Floor['byTopic'], topic: Topic, queue: Queue): void {
  const queues = byTopic.get(topic);
  queues?.delete(queue);
  if (queues?.size === 0) byTopic.delete(topic);
}
