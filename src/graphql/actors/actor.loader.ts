import DataLoader from 'dataloader';
import { anyIn } from '../../db/any-in.js';
import type { ApiKey, Bot, Contact, User } from '../../generated/prisma/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import { type Context, perOperation } from '../core/context.js';

/** An API key without what only authentication reads. */
export type ApiKeyRow = Omit<ApiKey, 'hash' | 'makerIds'>;

type Rows = { USER: User; BOT: Bot; CONTACT: Contact; API_KEY: ApiKeyRow };
type ActorRow = { [Type in keyof Rows]: { type: Type; row: Rows[Type] } }[keyof Rows];

/** A row as written by to_jsonb: times are strings. */
type Stored<Row> = {
  [Key in keyof Row]: Row[Key] extends Date ? string : Row[Key] extends Date | null ? string | null : Row[Key];
};

/** An actor with its row, as selected by `storedActor`. */
export type StoredActor = { [Type in keyof Rows]: { type: Type; row: Stored<Rows[Type]> } }[keyof Rows];

/** Selects the actor `a` with its row, so that one statement loads actors of all kinds. Needs `actorJoins`. */
export const storedActor = Prisma.sql`
  jsonb_build_object('type', a.type, 'row', coalesce(to_jsonb(u), to_jsonb(b), to_jsonb(c), to_jsonb(k) - 'hash'))`;

/**
 * Joins the row of the actor `a` under the alias of its kind: u, b, c or k. For a merged contact, joins the contact it was
 * merged into.
 */
export const actorJoins = Prisma.sql`
  LEFT JOIN "User" u ON a.type = 'USER' AND u."workspaceId" = a."workspaceId" AND u.id = a.id
  LEFT JOIN "Bot" b ON a.type = 'BOT' AND b."workspaceId" = a."workspaceId" AND b.id = a.id
  LEFT JOIN "Contact" asked ON a.type = 'CONTACT' AND asked."workspaceId" = a."workspaceId" AND asked.id = a.id
  LEFT JOIN "Contact" c ON c."workspaceId" = a."workspaceId" AND c.id = coalesce(asked."mergedIntoId", asked.id)
  LEFT JOIN "ApiKey" k ON a.type = 'API_KEY' AND k."workspaceId" = a."workspaceId" AND k.id = a.id`;

const time = (text: string | null) => (text === null ? null : new Date(text));

function ages({ createdAt, updatedAt }: { createdAt: string; updatedAt: string }) {
  return { createdAt: new Date(createdAt), updatedAt: new Date(updatedAt) };
}

/** Turns the times of a selected actor back into dates. */
export function reviveActor({ type, row }: StoredActor): ActorRow {
  switch (type) {
    case 'USER': {
      const { deactivatedAt, reactivatedAt } = row;
      const since = { deactivatedAt: time(deactivatedAt), reactivatedAt: time(reactivatedAt) };
      return { type, row: { ...row, ...ages(row), ...since } };
    }
    case 'BOT':
      return { type, row: { ...row, ...ages(row), deactivatedAt: time(row.deactivatedAt) } };
    case 'CONTACT':
      return { type, row: { ...row, ...ages(row), deletedAt: time(row.deletedAt) } };
    case 'API_KEY': {
      const { createdAt, expiresAt, lastUsedAt, revokedAt } = row;
      const ends = { expiresAt: time(expiresAt), lastUsedAt: time(lastUsedAt), revokedAt: time(revokedAt) };
      return { type, row: { ...row, ...ends, createdAt: new Date(createdAt) } };
    }
  }
}

/** Loads users, bots, contacts and API keys by id, in one statement per batch; null for unknown ids. */
export const actorsById = perOperation(
  ({ database, viewer }) =>
    new DataLoader<string, ActorRow | null>(async (ids) => {
      const rows = await database.lookUp<{ id: string; actor: StoredActor }>`
        SELECT a.id, ${storedActor} AS actor FROM "Actor" a ${actorJoins}
        WHERE a."workspaceId" = ${viewer.workspaceId}::uuid AND a.id = ${anyIn(ids, 'uuid')}`;
      const byId = new Map(rows.map(({ id, actor }) => [id, reviveActor(actor)]));
      return ids.map((id) => byId.get(id) ?? null);
    }),
);

/** Loads rows of actors of one kind by id; null for unknown ids and other kinds. */
export function rowsOfActors<Type extends keyof Rows>(type: Type) {
  const isOfType = (actor: ActorRow | null): actor is ActorRow & { row: Rows[Type] } => actor?.type === type;
  return (context: Context) => ({
    load: async (id: string): Promise<Rows[Type] | null> => {
      const actor = await actorsById(context).load(id);
      return isOfType(actor) ? actor.row : null;
    },
  });
}
