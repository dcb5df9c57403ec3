import { encodeLogPosition, type ResumePoint, resumeFrom, resumeWithin } from '../../event-log/cursor.js';
import type { LogPart, LogPosition } from '../../event-log/log-event.js';
import { readEventId } from '../../event-log/read-log.sql.js';
import type { Context } from '../core/context.js';
import { logHead } from '../events/viewer-log.sql.js';
import { type Resight, readResight, touchesOf } from './sight.sql.js';
import { partOf, slot, type Touch } from './touch.js';
import { readTouched } from './touched.sql.js';

/** Things that were touched, and the cursor from where what is not among them follows. */
export type TouchedPage = {
  /** The position after which it begins. */
  start: number;
  touches: Touch[];
  /** The first touch that is not on the page, if it was read. */
  next: Touch | undefined;
  hasNextPage: boolean;
  endCursor: string;
};

/** How many entries a page goes through at most, after those that usually fill it. */
const MAX_WALK = 20_000;
const USUALLY = 5;
/** How many things one entry touches at most. */
const PARTS = 3;

/** Which touches a page has. */
type Wanted = {
  conversationsOnly: boolean;
  /** What is to be looked at again besides, because of an entry after a position and up to another. */
  resight?: (after: number, until: number) => Promise<Resight | null>;
};

/**
 * A page of what was touched after a cursor: each thing once, in the order of its last touch. The page may be short, or
 * empty, where the log has many entries of few things: then `hasNextPage` says that more follow.
 */
export async function readTouchedPage(
  context: Context,
  { after, first, ...which }: Wanted & { after: string; first: number },
): Promise<TouchedPage> {
  const start = await resumeWithin(context, after);
  const head = await logHead(context);
  const { touches, reached } = await walk(context, start, head, first + 1, which);
  // After reading: entries that were trimmed before they were read would be a gap.
  await resumeFrom(context, after);
  const page = touches.slice(0, first);
  const from = start.complete.position;
  const last = page.at(-1);
  const next = touches[page.length];
  if (last && next)
    return { start: from, touches: page, next, hasNextPage: true, endCursor: cursorOf(context, last, next) };
  const end = reached === head.position ? head : await positionAt(context, reached);
  const endCursor = encodeLogPosition(context, end);
  return { start: from, touches: page, next, hasNextPage: reached < head.position, endCursor };
}

/** The part of its entry that a touch is, if the next touch is of the same entry; otherwise it completes the entry. */
export function nextPartOf(touch: Touch, next: Touch | undefined): string | undefined {
  return next?.position === touch.position ? partOf(touch) : undefined;
}

/** The cursor of a touch, from where the next one follows. */
export function cursorOf(context: Context, touch: Touch, next: Touch | undefined): string {
  const { position, eventId } = touch;
  return encodeLogPosition(context, { position, eventId }, nextPartOf(touch, next));
}

/** The cursors of the touches of a page, of which the last one is where the page ends if more follows on it. */
export function cursorsOf(context: Context, { touches, next }: TouchedPage): Map<Touch, string> {
  return new Map(touches.map((touch, index) => [touch, cursorOf(context, touch, touches[index + 1] ?? next)]));
}

async function walk(
  context: Context,
  { complete, done }: ResumePoint,
  head: LogPosition,
  limit: number,
  { conversationsOnly, resight }: Wanted,
): Promise<{ touches: Touch[]; reached: number }> {
  const touches: Touch[] = [];
  let reached = complete.position;
  for (const entries of [limit * USUALLY, MAX_WALK]) {
    if (touches.length >= limit || reached >= head.position) break;
    // More by what the first entry may have that was done, and by what the last one may have that is cut off.
    const wanted = limit - touches.length + 2 * PARTS;
    const walked = await readTouched(context, {
      after: reached,
      until: head.position,
      entries,
      limit: wanted,
      conversationsOnly,
    });
    const cutOff = walked.touches.length === wanted ? walked.touches.at(-1)?.position : undefined;
    const whole = walked.touches.filter(({ position }) => position !== cutOff);
    touches.push(...whole.filter((touch) => !isDone(touch, done)));
    reached = cutOff === undefined ? walked.reached : cutOff - 1;
  }
  const from = complete.position;
  // Also those that are further on: what is looked at again there is not told before.
  const resights = [await readResight(context, from, head.position), await resight?.(from, head.position)];
  let all = touches;
  for (const each of combined(resights.filter((found) => found !== null && found !== undefined)))
    all = await withResighted(all, each, { done, reached, limit });
  // A list may have lost what does not belong to it any more, which is not told where it is looked at again.
  return { touches: conversationsOnly ? all : all.filter(({ deferred }) => !deferred), reached };
}

/** Whether a touch comes before what a reader who was passed on a part of an entry is to get next. */
function isDone(touch: Touch, done: LogPart | null): boolean {
  return done !== null && touch.position === done.position && partOf(touch) <= done.part;
}

/** One for each entry: a merge can change both what the viewer sees and which contact its list is of. */
function combined(resights: readonly Resight[]): Resight[] {
  const [first, second] = resights;
  if (!first || !second || first.position !== second.position) return [...resights];
  const read: Resight['read'] = async (which) => {
    const ids = new Set([...(await first.read(which)), ...(await second.read(which))]);
    return [...ids].sort().slice(0, which.limit);
  };
  return [{ ...first, read }];
}

/**
 * Adds the conversations that are to be looked at again, in the place of the entry that this is because of, and defers
 * them to there where they were touched before.
 */
async function withResighted(
  touches: Touch[],
  resight: Resight,
  { done, reached, limit }: { done: LogPart | null; reached: number; limit: number },
): Promise<Touch[]> {
  const { position } = resight;
  const before = touches.filter((touch) => touch.position <= position);
  const among = before.flatMap(({ id, slot: place }) => (place === slot.conversation ? [id] : []));
  const again = new Set(among.length > 0 ? await resight.read({ among, limit: among.length }) : []);
  const rest = before.map((touch) => (again.has(touch.id) ? { ...touch, deferred: true } : touch));
  if (position > reached) return rest;
  const partly = done?.position === position && done.part.startsWith(`${slot.sight}:`);
  const resighted = await touchesOf(resight, partly ? done.part.slice(2) : null, limit);
  return [...rest, ...resighted, ...touches.filter((touch) => touch.position > position)];
}

async function positionAt({ database, viewer }: Context, position: number): Promise<LogPosition> {
  return { position, eventId: (await readEventId(database, viewer.workspaceId, position)) ?? null };
}
