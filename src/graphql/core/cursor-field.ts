import { encodeLogPosition } from '../../event-log/cursor.js';
import type { LogPosition } from '../../event-log/log-event.js';
import { readHead, readPosition } from '../../event-log/read-log.sql.js';
import type { Call } from '../../unit-of-work/call.js';
import { builder, type ObjectRef } from './builder.js';
import { type Context, perOperation } from './context.js';

/** The calls that payloads answer. */
const callsOf = perOperation(() => new Map<object, Call>());

/** Remembers which call a payload answers, for its `cursor`. Returns the payload. */
export function rememberCall<Payload extends object>(context: Context, payload: Payload, call: Call): Payload {
  callsOf(context).set(payload, call);
  return payload;
}

/** Adds `cursor` to the payload of a mutation. It takes a statement only if the mutation has logged nothing. */
export function addCursor(payload: ObjectRef<unknown>): void {
  builder.objectField(payload, 'cursor', (t) =>
    t.string({
      description:
        'The cursor of the last event or change that the mutation caused; the current `eventCursor` if it caused none. Repeated with an idempotency key, the cursor is that of the first time, or a later one. A subscription or page of `events` or `changes` that has reached it has shown all of them.',
      resolve: (parent, _args, context) => cursorOf(context, Object(parent)),
    }),
  );
}

async function cursorOf(context: Context, payload: object): Promise<string> {
  const { database, viewer } = context;
  const call = callsOf(context).get(payload);
  const position =
    call?.lastEvent ?? (await firstPosition(context, call)) ?? (await readHead(database, viewer.workspaceId));
  return encodeLogPosition(context, position);
}

/** Where the last event of the call is that this one repeats; null if there is none. */
async function firstPosition({ database, viewer }: Context, call: Call | undefined): Promise<LogPosition | null> {
  const id = call?.firstEventId;
  return id ? readPosition(database, viewer.workspaceId, id) : null;
}
