import { z } from 'zod';
import { ActorType } from '../../../generated/prisma/enums.js';
import { actorId, actorOf } from '../../../lib/actor-ref.js';
import { encodeId, type IdType } from '../../../lib/ids.js';
import type { Row } from './export-pages.sql.js';
import type { SectionName } from './export-sections.sql.js';

/** What the id of a row of a section stands for. */
const ownIds: Partial<Record<SectionName, IdType>> = {
  contacts: 'Contact',
  conversations: 'Conversation',
  messages: 'Message',
  unusedUploads: 'Attachment',
  participants: 'Participant',
  prospects: 'Prospect',
  events: 'Event',
  webhookDeliveries: 'WebhookDelivery',
  auditEvents: 'AuditEvent',
};

/** What the ids in columns stand for, apart from those next to a column with the kind of an actor. */
const references: Readonly<Record<string, IdType>> = {
  assigneeBotId: 'Bot',
  assigneeUserId: 'User',
  botId: 'Bot',
  channelId: 'Channel',
  clientBotId: 'Bot',
  contactId: 'Contact',
  conversationId: 'Conversation',
  endpointId: 'WebhookEndpoint',
  eventId: 'Event',
  mergedIntoId: 'Contact',
  messageId: 'Message',
  ownerId: 'User',
  participantId: 'Participant',
  prospectId: 'Prospect',
  replyToId: 'Message',
  targetId: 'Contact',
  userId: 'User',
  viaKeyId: 'ApiKey',
};

const rowsBelow = z.array(z.record(z.string(), z.unknown())).nullable();
const actorType = z.enum(ActorType);
const SORTING = /^key\d$/;

/** A row of a section as it is exported: with public ids, and without what it was sorted by. */
export function publicRow(section: SectionName, row: Row, includesInternal: boolean): Row {
  const own = ownIds[section];
  return withPublicIds(section === 'events' ? { ...row, payload: publicPayload(row, includesInternal) } : row, own);
}

function withPublicIds(row: Row, own: IdType | undefined): Row {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => !SORTING.test(name))
      .map(([name, value]) => [name, publicValue(row, name, value, own)]),
  );
}

function publicValue(row: Row, name: string, value: unknown, own: IdType | undefined): unknown {
  if (name === 'attachments') return below(value, 'Attachment');
  if (name === 'transportStatuses' || name === 'mentions') return below(value, undefined);
  const kind = actorType.safeParse(row[`${name.slice(0, -2)}Type`]).data;
  if (name.endsWith('Id') && kind) return actorIdOf(kind, value);
  // Only a contact's positions are exported.
  const type = name === 'id' ? own : name === 'actorId' ? 'Contact' : references[name];
  return type && typeof value === 'string' ? encodeId(type, value) : value;
}

function actorIdOf(kind: ActorType, value: unknown): string {
  return actorId(actorOf(kind, typeof value === 'string' ? value : null));
}

/** The rows below another one; PostgreSQL has null for none. */
function below(value: unknown, own: IdType | undefined): Row[] {
  return (rowsBelow.parse(value) ?? []).map((row) => withPublicIds(row, own));
}

/** What of an event's payload says something to people, and has public ids already. */
const shown = ['changes', 'from', 'to', 'until', 'seq', 'direction', 'status', 'resolution'];
/** What the team wrote for itself. */
const internal = ['note', 'reason', 'summary', 'notes'];
const ids = ['messageId', 'participantId', 'prospectId'];

function publicPayload({ payload }: Row, includesInternal: boolean): Row {
  const names = [...shown, ...ids, ...(includesInternal ? internal : [])];
  const kept = Object.entries(Object(payload)).filter(([name]) => names.includes(name));
  return withPublicIds(Object.fromEntries(kept), undefined);
}
