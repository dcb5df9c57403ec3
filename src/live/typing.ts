import type { LogEntry } from '../event-log/log-event.js';
import type { ActorRef } from '../lib/actor-ref.js';
import { createLiveQueue, type LiveQueue } from './live-queue.js';
import type { Following, LogFollower } from './log-follower.js';
import type { Notifier, TypingSignal } from './notifier/notifier.js';

/** An actor is typing or has stopped. Never stored. */
export type Typing = { actor: ActorRef; typing: boolean; at: Date };

/** Sends and receives typing signals. */
export type TypingHub = {
  /** Tells the listeners in all processes. */
  signal: (workspaceId: string, conversationId: string, typing: Typing) => void;
  /** A queue of the signals in one conversation; end it to stop listening. */
  listen: (workspaceId: string, conversationId: string) => Promise<LiveQueue<Typing>>;
  close: () => void;
};

/** Without another signal, an actor is considered to have stopped after this time. */
const EXPIRY_MS = 10_000;
const MAX_WAITING = 32;

type Typist = { since: Date; expiry: NodeJS.Timeout };

type Room = {
  queues: Set<LiveQueue<Typing>>;
  typists: Map<string, Typist>;
  /** When each author last wrote: a typing signal from before that may arrive after the message. */
  wrote: Map<string, Date>;
};

/** The rooms of a workspace, whose log tells who has sent what they typed. */
type Floor = { rooms: Map<string, Room>; following: Promise<Following> };

/**
 * Carries typing signals between processes, and adds `typing: false` when an actor has sent a message, or sends no
 * further signal.
 */
export function createTypingHub(notifier: Notifier, logFollower: Pick<LogFollower, 'follow'>): TypingHub {
  const floors = new Map<string, Floor>();

  function emit(room: Room, typing: Typing): void {
    for (const queue of room.queues) queue.push(typing);
  }

  function stopTyping(room: Room, actorId: string): void {
    clearTimeout(room.typists.get(actorId)?.expiry);
    room.typists.delete(actorId);
  }

  function receive({ workspaceId, conversationId, actor, typing, at: sentAt }: TypingSignal): void {
    const room = floors.get(workspaceId)?.rooms.get(conversationId);
    if (!room) return;
    const at = new Date(sentAt);
    const wrote = room.wrote.get(actor.id);
    if (typing && wrote && at < wrote) return;
    stopTyping(room, actor.id);
    emit(room, { actor, typing, at });
    if (!typing) return;
    const expire = () => {
      room.typists.delete(actor.id);
      emit(room, { actor, typing: false, at: new Date() });
    };
    room.typists.set(actor.id, { since: at, expiry: setTimeout(expire, EXPIRY_MS).unref() });
  }

  function hear(rooms: Floor['rooms'], batch: readonly LogEntry[]): void {
    for (const { type, conversationId, actorType, actorId, occurredAt } of batch) {
      const room = type === 'message.added' && conversationId ? rooms.get(conversationId) : undefined;
      if (!room || !actorId || actorType === 'SYSTEM') continue;
      room.wrote.set(actorId, occurredAt);
      const typist = room.typists.get(actorId);
      // Whoever has begun again since then goes on.
      if (!typist || typist.since > occurredAt) continue;
      stopTyping(room, actorId);
      emit(room, { actor: { type: actorType, id: actorId }, typing: false, at: occurredAt });
    }
  }

  const stop = notifier.onSignal((signal) => {
    if (signal.type === 'typing') receive(signal);
  });

  function openFloor(workspaceId: string): Floor {
    const rooms: Floor['rooms'] = new Map();
    const floor = { rooms, following: logFollower.follow(workspaceId, (batch) => hear(rooms, batch)) };
    floors.set(workspaceId, floor);
    return floor;
  }

  function leave(workspaceId: string, floor: Floor, conversationId: string, room: Room): void {
    for (const { expiry } of room.typists.values()) clearTimeout(expiry);
    floor.rooms.delete(conversationId);
    if (floor.rooms.size > 0) return;
    floors.delete(workspaceId);
    floor.following.then(
      (following) => following.stop(),
      () => undefined,
    );
  }

  return {
    signal: (workspaceId, conversationId, { actor, typing, at }) =>
      notifier.send({ type: 'typing', workspaceId, conversationId, actor, typing, at: at.toISOString() }),
    listen: async (workspaceId, conversationId) => {
      const floor = floors.get(workspaceId) ?? openFloor(workspaceId);
      const room = floor.rooms.get(conversationId) ?? { queues: new Set(), typists: new Map(), wrote: new Map() };
      floor.rooms.set(conversationId, room);
      const queue = createLiveQueue<Typing>(MAX_WAITING, () => {
        room.queues.delete(queue);
        if (room.queues.size === 0) leave(workspaceId, floor, conversationId, room);
      });
      room.queues.add(queue);
      try {
        await floor.following;
      } catch (error) {
        queue.end();
        throw error;
      }
      return queue;
    },
    close: () => {
      stop();
      const rooms = [...floors.values()].flatMap((floor) => [...floor.rooms.values()]);
      for (const room of rooms) for (const queue of [...room.queues]) queue.end();
    },
  };
}
