import type { GraphQLError } from 'graphql';
import { unauthenticated } from '../../auth/authenticate.js';
import { cursorExpired } from '../../event-log/cursor.js';
import type { LogEntry } from '../../event-log/log-event.js';
import type { Context } from '../core/context.js';
import { type Resight, resightIn, supersededAt, touchesOf } from './sight.sql.js';
import { lastOfEach, movesActor, slot, type Touch, touchedBy } from './touch.js';
import { selectVisible } from './visible-entries.sql.js';

/** Conversations that a viewer sees differently at once, at most. Above that it has to load its data anew. */
const MAX_RESIGHTED = 10_000;

/** What a batch of the log touched that the viewer may see, or could until then: each thing once, in order. */
export type LiveTouches = {
  touches: Touch[];
  /** Why nothing more can be told; null if it can. */
  end: GraphQLError | null;
};

/** The message for a connection whose viewer may see something else since. */
export const SIGHT_CHANGED = 'What you may see has changed. Connect again, and subscribe from your last cursor.';

export async function touchesIn(
  context: Context,
  whole: readonly LogEntry[],
  { conversationsOnly, resight = null }: { conversationsOnly: boolean; resight?: Resight | null },
): Promise<LiveTouches> {
  const superseded = await supersededAt(context, whole);
  const batch = superseded < 0 ? whole : whole.slice(0, superseded);
  const entries = await selectVisible(context, batch);
  const touched = entries.flatMap(touchedBy);
  const touches = conversationsOnly
    ? touched.filter((touch) => touch.slot === slot.conversation)
    : [...touched, ...(await actorsOf(context, entries))];
  const resighted: Touch[] = [];
  for (const each of [resightIn(context, batch), resight]) {
    if (each) resighted.push(...(await touchesOf(each, null, MAX_RESIGHTED + 1)));
  }
  const excessive = resighted.length > MAX_RESIGHTED;
  const all = [...(excessive ? [] : resighted), ...touches].sort(byPlace);
  if (superseded >= 0) return { touches: lastOfEach(all), end: unauthenticated(SIGHT_CHANGED) };
  return { touches: lastOfEach(all), end: excessive ? cursorExpired() : null };
}

function byPlace(a: Touch, b: Touch): number {
  return a.position - b.position || a.slot - b.slot || (a.id < b.id ? -1 : 1);
}

type Stay = { id: string; conversationId: string; actorId: string };

/** The participations of those who acted, where that changes these. */
async function actorsOf({ database, viewer }: Context, entries: readonly LogEntry[]): Promise<Touch[]> {
  const acts = entries.flatMap(({ type, conversationId, actorId, position, id: eventId }) =>
    conversationId && actorId && movesActor.some((each) => each === type)
      ? [{ position: Number(position), eventId, type, conversationId, actorId }]
      : [],
  );
  if (acts.length === 0) return [];
  const stays = await database.lookUp<Stay>`
    SELECT p.id, p."conversationId", p."actorId"
    FROM unnest(${acts.map(({ conversationId }) => conversationId)}::uuid[], ${acts.map(({ actorId }) => actorId)}::uuid[])
      AS k("conversationId", "actorId")
    JOIN "Participant" p ON p."workspaceId" = ${viewer.workspaceId}::uuid AND p."conversationId" = k."conversationId"
      AND p."actorId" = k."actorId" AND p."leftAt" IS NULL`;
  const keyOf = (stay: Omit<Stay, 'id'>) => `${stay.conversationId} ${stay.actorId}`;
  const ids = new Map(stays.map((stay) => [keyOf(stay), stay.id]));
  return acts.flatMap(({ actorId, ...touch }) => {
    const id = ids.get(keyOf({ conversationId: touch.conversationId, actorId }));
    return id === undefined ? [] : [{ ...touch, slot: slot.actor, id }];
  });
}

/** Whose connection it is that a change of the viewer's role must end: users do not share what they are told. */
export function userOf({ viewer }: Context): string | null {
  return viewer.actor.type === 'USER' ? viewer.actor.id : null;
}
