import type { ActorRef } from '../lib/actor-ref.js';
import { createLiveQueue, type LiveQueue } from './live-queue.js';
import type { Doorbell, TypingSignal } from './notifier/notifier.js';

/** Somebody types, or has stopped; never stored. */
export type Typing = { actor: ActorRef; typing: boolean; at: Date };

export type TypingHub = {
  signal: (workspaceId: string, conversationId: string, typing: Typing) => void;
  listen: (workspaceId: string, conversationId: string) => LiveQueue<Typing>;
  close: () => void;
};

/** Whoever does not type on for this long has stopped. */
const EXPIRY_MS = 10_000;
const MAX_WAITING = 32;

type Room = { queues: Set<LiveQueue<Typing>>; expiries: Map<string, NodeJS.Timeout> };

/** Carries typing signals between processes, and ends those that are not renewed. */
export function createTypingHub(doorbell: Doorbell): TypingHub {
  const rooms = new Map<string, Room>();
  const roomKey = (workspaceId: string, conversationId: string) => `${workspaceId}/${conversationId}`;

  function tell(room: Room, typing: Typing): void {
    for (const queue of room.queues) queue.push(typing);
  }

  function receive({ workspaceId, conversationId, actor, typing, at }: TypingSignal): void {
    const room = rooms.get(roomKey(workspaceId, conversationId));
    if (!room) return;
    clearTimeout(room.expiries.get(actor.id));
    room.expiries.delete(actor.id);
    tell(room, { actor, typing, at: new Date(at) });
    if (!typing) return;
    const expire = () => {
      room.expiries.delete(actor.id);
      tell(room, { actor, typing: false, at: new Date() });
    };
    room.expiries.set(actor.id, setTimeout(expire, EXPIRY_MS).unref());
  }

  const stop = doorbell.onSignal((signal) => {
    if (signal.type === 'typing') receive(signal);
  });

  return {
    signal: (workspaceId, conversationId, { actor, typing, at }) =>
      doorbell.send({ type: 'typing', workspaceId, conversationId, actor, typing, at: at.toISOString() }),
    listen: (workspaceId, conversationId) => {
      const key = roomKey(workspaceId, conversationId);
      const room = rooms.get(key) ?? { queues: new Set(), expiries: new Map() };
      rooms.set(key, room);
      const queue = createLiveQueue<Typing>(MAX_WAITING, () => {
        room.queues.delete(queue);
        if (room.queues.size > 0) return;
        for (const expiry of room.expiries.values()) clearTimeout(expiry);
        rooms.delete(key);
      });
      room.queues.add(queue);
      return queue;
    },
    close: () => {
      stop();
      for (const room of [...rooms.values()]) for (const queue of [...room.queues]) queue.end();
    },
  };
}
