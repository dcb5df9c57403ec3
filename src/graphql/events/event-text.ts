import { getOperationAST, getVariableValues } from 'graphql';
import type { Viewer } from '../../auth/viewer.js';
import type { LogEvent } from '../../event-log/log-event.js';
import { encodeId, type IdType } from '../../lib/ids.js';
import { permissionOf } from '../core/builder.js';
import type { Context } from '../core/context.js';
import { rootFieldsOf } from '../core/direct/compile.js';
import { fragmentsOf } from '../core/direct/document.js';
import type { Selected } from '../core/direct/rows.js';
import type { Planned } from '../core/execute.js';
import { typeNames } from './event.type.js';
import type { WriteItem } from './log-subscription.js';

/** Writes a field as JSON from the event's row in the log and the event's cursor; null if the row is out of the ordinary. */
type WriteField = (event: LogEvent, cursor: string) => string | null;

const idIn =
  (type: IdType, name: string): WriteField =>
  ({ payload }) => {
    const id: unknown = Reflect.get(payload, name);
    return typeof id === 'string' ? `"${encodeId(type, id)}"` : null;
  };

/** By their names, which mean the same in all types of events. What needs more than the log is for the resolvers. */
const fields: Record<string, WriteField> = {
  __typename: ({ type }) => `"${typeNames[type]}"`,
  id: ({ id }) => `"${encodeId('Event', id)}"`,
  cursor: (_event, cursor) => `"${cursor}"`,
  type: ({ type }) => `"${type}"`,
  occurredAt: ({ occurredAt }) => `"${occurredAt.toISOString()}"`,
  conversationId: ({ conversationId }) => `"${encodeId('Conversation', conversationId)}"`,
  messageId: idIn('Message', 'messageId'),
  participantId: idIn('Participant', 'participantId'),
  prospectId: idIn('Prospect', 'prospectId'),
  seq: ({ payload }) => {
    const seq: unknown = Reflect.get(payload, 'seq');
    return Number.isInteger(seq) ? String(seq) : null;
  },
  note: ({ payload }) => {
    const note: unknown = Reflect.get(payload, 'note');
    return note === null || typeof note === 'string' ? JSON.stringify(note) : null;
  },
  until: ({ payload }) => {
    const until: unknown = Reflect.get(payload, 'until');
    return typeof until === 'string' ? JSON.stringify(new Date(until)) : null;
  },
};

/** Whom events are written for. */
type Reader = Pick<Context, 'cursors'> & { viewer: Pick<Viewer, 'kind' | 'permissions' | 'actor'> };

/**
 * Writes what a subscription to events selects of each as JSON, where all of it is in the event's own row: whoever comes
 * back after a break gets thousands of events, and executing the operation for one takes several times as long. Null where
 * no event can be written.
 */
export function writesEvents(
  { schema, document, operationName, variableValues }: Planned,
  { viewer, cursors }: Reader,
): WriteItem<LogEvent> | null {
  const root = rootOf();
  if (!root) return null;
  const before = `{${JSON.stringify(root.key)}:`;
  const write = writesSelected(root);
  return (event, cursor) => {
    const text = write(event, cursor);
    return text && `${before}${text}}`;
  };

  function rootOf(): Selected | null {
    const operation = getOperationAST(document, operationName);
    const field = schema.getSubscriptionType()?.getFields().events;
    if (!operation || !field || !viewer.permissions.has(permissionOf(field))) return null;
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
    if (!coerced) return null;
    const reader = { isContact: viewer.kind === 'CONTACT', actorType: viewer.actor.type };
    const fragments = fragmentsOf(document);
    try {
      const [only, ...others] = rootFieldsOf(
        { schema, fragments, variables: coerced, reader, cursors, onField: () => undefined },
        operation,
      );
      return only?.name === field.name && others.length === 0 ? only : null;
    } catch {
      return null;
    }
  }
}

/** Writes what is selected of each event as JSON; null for those of which something is selected that is not in their rows. */
export function writesSelected(selected: Selected): WriteItem<LogEvent> {
  const writers = new Map<string, WriteItem<LogEvent> | null>();
  return (event, cursor) => {
    let write = writers.get(event.type);
    if (write === undefined) {
      write = writerOf(selected, typeNames[event.type]);
      writers.set(event.type, write);
    }
    return write?.(event, cursor) ?? null;
  };
}

/** Writes events of a type; null if something is selected that is not in their rows, or hidden from the viewer. */
function writerOf(root: Selected, typeName: string): WriteItem<LogEvent> | null {
  const parts: { before: string; write: WriteField }[] = [];
  try {
    for (const { key, name } of root.fields(typeName)) {
      const write = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (!write) return null;
      parts.push({ before: `${parts.length === 0 ? '{' : ','}${JSON.stringify(key)}:`, write });
    }
  } catch {
    return null;
  }
  if (parts.length === 0) return null;
  return (event, cursor) => {
    let text = '';
    for (const { before, write } of parts) {
      const value = write(event, cursor);
      if (value === null) return null;
      text += before + value;
    }
    return `${text}}`;
  };
}
