import type { Conversation, Participant } from '../../generated/prisma/client.js';
import { type ActorRef, sameActor } from '../../lib/actor-ref.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { assigneeOf } from '../conversations/assign.js';
import { type Stay, updateLastMessages } from './conversations.sql.js';
import { insertRows } from './insert-rows.sql.js';
import type { Writing } from './thread.js';

type Row = Pick<
  Conversation,
  'id' | 'contactId' | 'ownerId' | 'assigneeUserId' | 'assigneeBotId' | 'assignedAt' | 'createdAt'
>;

type Item = { row: Row; before: Row | null; contact: ActorRef | null; appended: { writings: readonly Writing[] } };

/** Makes the contacts, the authors of public messages and the assignees of conversations take part in them. */
export async function writeParticipants(
  work: SystemWork,
  items: readonly Item[],
  stays: readonly Stay[],
): Promise<void> {
  const { tx, workspaceId, newId } = work;
  const current = new Map(stays.map(({ id, conversationId, actorId }) => [`${conversationId} ${actorId}`, id]));
  const created: Participant[] = [];
  const spoken: { id: string; at: Date }[] = [];
  for (const { row, before, contact, appended } of items) {
    const join = (actor: ActorRef, joinedAt: Date, lastMessageAt: Date | null): void => {
      const id = current.get(`${row.id} ${actor.id}`);
      if (id !== undefined && lastMessageAt) spoken.push({ id, at: lastMessageAt });
      if (id !== undefined) return;
      const role = actor.type === 'CONTACT' ? 'CUSTOMER' : actor.type === 'BOT' ? 'BOT' : 'AGENT';
      const who = { actorType: actor.type, actorId: actor.id, role } as const;
      const stay = { workspaceId, id: newId(), conversationId: row.id, ...who, joinedAt, leftAt: null, lastMessageAt };
      current.set(`${row.id} ${actor.id}`, stay.id);
      created.push(stay);
      work.recordChange(stay.id, { type: 'participant.imported', payload: {} }, row);
    };
    for (const { actor, firstAt, lastAt } of appended.writings) join(actor, firstAt, lastAt);
    if (contact && !before) join(contact, row.createdAt, null);
    const assignee = assigneeOf(row);
    const same = before ? sameActor(assignee, assigneeOf(before)) : false;
    if (assignee && !same) join(assignee, row.assignedAt ?? row.createdAt, null);
  }
  await insertRows(tx, 'Participant', created);
  await updateLastMessages(work, spoken);
}
