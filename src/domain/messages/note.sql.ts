import { seesNotes, type Viewer } from '../../auth/viewer.js';
import { type Message, Prisma } from '../../generated/prisma/client.js';

const { sql } = Prisma;

/** Notes that can follow one public message: with that many, their places are still exact numbers of JavaScript. */
const MAX_NOTES = 2 ** 20;

/** A column of the table `Message` under an alias. */
type Column = (name: string) => Prisma.Sql;

const ofM: Column = (name) => Prisma.raw(`m."${name}"`);

/** The place of a message in its conversation, as in the index `Message_place_key`. Equals what `placeOf` computes. */
export function placeSql(column: Column = ofM): Prisma.Sql {
  // As text: an expression with a parameter would not be that of the index.
  return sql`(${column('seq')} + ${column('noteSeq')} / ${Prisma.raw(String(MAX_NOTES))}::float8)`;
}

/** The place of a message in its conversation: the seq of a public one, and between two of these for a note. */
export function placeOf({ seq, noteSeq }: Pick<Message, 'seq' | 'noteSeq'>): number {
  return seq + noteSeq / MAX_NOTES;
}

/** The condition that a message is public. */
export function isPublic(column: Column = ofM): Prisma.Sql {
  return sql`${column('visibility')} = 'PUBLIC'`;
}

/** The condition that the viewer may learn of a message of a conversation that it sees; alias `m`. */
export function isKnownTo(viewer: Pick<Viewer, 'kind'>): Prisma.Sql {
  return seesNotes(viewer) ? sql`TRUE` : isPublic();
}

/** The `noteSeq` of the next note after a public message of a locked conversation, or before all of them. */
export function nextNoteSeq(workspaceId: string, conversationId: string, seq: number): Prisma.Sql {
  return sql`(SELECT coalesce(max(m."noteSeq"), 0) + 1 FROM "Message" m
    WHERE m."workspaceId" = ${workspaceId}::uuid AND m."conversationId" = ${conversationId}::uuid
      AND ${placeSql()} >= ${seq}::float8 AND ${placeSql()} < ${seq + 1}::float8)`;
}
