import type { ActorType } from '../generated/prisma/enums.js';
import { encodeId, type IdType, parseId } from './ids.js';

/** An actor, by kind and UUID. */
export type ActorRef = { type: Exclude<ActorType, 'SYSTEM'>; id: string };

/** A user or bot, to whom conversations can be assigned. */
export type AssigneeRef = { type: 'USER' | 'BOT'; id: string };

/** The server itself acts without an id. */
export type SystemRef = { type: 'SYSTEM'; id: null };

export const system: SystemRef = { type: 'SYSTEM', id: null };

/** The public id of the system, the same in every workspace. */
export const systemId = encodeId('System', '00000000-0000-0000-0000-000000000000');

const idTypes: Record<ActorRef['type'], IdType> = { USER: 'User', BOT: 'Bot', CONTACT: 'Contact', API_KEY: 'ApiKey' };

/** The public id of an actor. */
export function actorId(actor: ActorRef | SystemRef): string {
  return actor.id === null ? systemId : encodeId(idTypes[actor.type], actor.id);
}

/** The actor in the columns of a row. */
export function actorOf(type: ActorType, id: string | null): ActorRef | SystemRef {
  return type === 'SYSTEM' || id === null ? system : { type, id };
}

/** The actor that a public id stands for; null if it is not the id of an actor. */
export function parseActorId(id: string): ActorRef | null {
  const parsed = parseId(id);
  switch (parsed?.type) {
    case 'User':
      return { type: 'USER', id: parsed.uuid };
    case 'Bot':
      return { type: 'BOT', id: parsed.uuid };
    case 'Contact':
      return { type: 'CONTACT', id: parsed.uuid };
    case 'ApiKey':
      return { type: 'API_KEY', id: parsed.uuid };
    default:
      return null;
  }
}

/** Whether both are the same actor, or both null. */
export function sameActor(a: ActorRef | SystemRef | null, b: ActorRef | SystemRef | null): boolean {
  return a?.type === b?.type && a?.id === b?.id;
}
