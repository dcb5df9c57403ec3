import type { YogaInitialContext } from 'graphql-yoga';
import { decodePoint, type LogPoint } from '../event-log/cursor.js';
import type { Context } from '../graphql/core/context.js';
import { badUserInput } from '../lib/errors.js';

const HEADER = 'Min-Cursor';
const EXTENSION = 'minCursor';

type RequestContext = Context & Partial<Pick<YogaInitialContext, 'params' | 'request'>>;

/**
 * The point of the log that an operation has to show at least: that of the cursor in `extensions.minCursor` of its request, or
 * else in the header Min-Cursor of an HTTP request; null if there is none. Throws BAD_USER_INPUT if it is not a cursor of
 * the viewer's log.
 */
export function minCursorOf(context: RequestContext): LogPoint | null {
  const { params, request, session } = context;
  const extension: unknown = params?.extensions?.[EXTENSION];
  if (extension !== undefined && extension !== null) return pointIn(context, extension, ['extensions', EXTENSION]);
  const header = session ? null : request?.headers.get(HEADER);
  return header === null || header === undefined ? null : pointIn(context, header, [HEADER]);
}

function pointIn(context: Context, cursor: unknown, path: string[]): LogPoint {
  const point = typeof cursor === 'string' ? decodePoint(context, cursor) : null;
  if (point) return point;
  throw badUserInput(`${path.at(-1)} must be the cursor of an event of this workspace, or its eventCursor.`, path);
}
