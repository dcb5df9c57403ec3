import { randomUUID } from 'node:crypto';
import { encodeId, type IdType, parseId } from '../../src/lib/ids.js';

/** A well-formed id of this type that names nothing. */
export function unknownId(type: IdType): string {
  return encodeId(type, randomUUID());
}

/** The UUID behind a public id, by which rows are found behind the server's back. */
export function uuidOf(id: string): string {
  const parsed = parseId(id);
  if (!parsed) throw new Error(`${id} is not an id.`);
  return parsed.uuid;
}
