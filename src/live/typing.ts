import type { ActorRef } from '../lib/actor-ref.js';
import { createLiveQueue, type LiveQueue } from './live-queue.js';
import type { Notifier, TypingSignal } from './notifier/notifier.js';

/** An actor is typing or has stopped. Never stored. */
export type Typing = { actor: ActorRef; typing: boolean; at: Date };

/** Sends and receives typing signals. */
export type TypingHub = {
  /** Tells the listeners in all processes. */
  signal: (workspaceId: string, conversationId: string, typing: Typing) => void;
  /** A queue of the signals in one conversation; end it to stop listening. */
  listen: (workspaceId: string, conversationId: string) => LiveQueue<Typing>;
  close: () => void;
};

/** Without another signal, an actor is considered to have stopped after this time. */
const EXPIRY_MS = 10_000;
const MAX_WAITING = 32;

type Room = { queues: Set<LiveQueue<Typing>>; expiries: Map<string, NodeJS.Timeout> };

/** Carries typing signals between processes, and adds `typing: false` when an actor sends no further signal. */
export function createTypingHub(notifier: Notifier): TypingHub {
  const rooms = new Map<string, Room>();
  const roomKey = (workspaceId: string, conversationId: string) => `${workspaceId}/${conversationId}`;

  function emit(room: Room, typing: Typing): void {
    for (const queue of room.queues) queue.push(typing);
  }

  function receive({ workspaceId, conversationId, actor, typing, at }: TypingSignal): void {
    const room = rooms.get(roomKey(workspaceId, conversationId));
    if (!room) return;
    clearTimeout(room.expiries.get(actor.id));
    room.expiries.delete(actor.id);
    emit(room, { actor, typing, at: new Date(at) });
    if (!typing) return;
    const expire = () => {
      room.expiries.delete(actor.id);
      emit(room, { actor, typing: false, at: new Date() });
    };
    room.expiries.set(actor.id, setTimeout(expire, EXPIRY_MS).unref());
  }

  const stop = notifier.onSignal((signal) => {
    if (signal.type === 'typing') receive(signal);
  });

  return {
    signal: (workspaceId, conversationId, { actor, typing, at }) =>
      notifier.send({ type: 'typing', workspaceId, conversationId, actor, typing, at: at.toISOString() }),
    /** A queue of the signals in one conversation; end it to stop listening. */
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
