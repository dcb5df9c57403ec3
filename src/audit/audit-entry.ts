import type { IdType } from '../lib/ids.js';

/** What is audited, and the type of the row that each act is about. */
export const auditActions = {
  'workspace.created': 'Workspace',
  'workspace.updated': 'Workspace',
  'apiKey.created': 'ApiKey',
  'apiKey.revoked': 'ApiKey',
  'user.created': 'User',
  'user.updated': 'User',
  'user.deactivated': 'User',
  'user.reactivated': 'User',
  'bot.created': 'Bot',
  'bot.updated': 'Bot',
  'bot.deactivated': 'Bot',
  'bot.reactivated': 'Bot',
  'channel.created': 'Channel',
  'channel.updated': 'Channel',
  'channel.deleted': 'Channel',
  'webhookEndpoint.created': 'WebhookEndpoint',
  'webhookEndpoint.updated': 'WebhookEndpoint',
  'webhookEndpoint.deleted': 'WebhookEndpoint',
  'webhookEndpoint.secretRotated': 'WebhookEndpoint',
  'webhookEndpoint.replayed': 'WebhookEndpoint',
  'contact.erased': 'Contact',
  'contact.exported': 'Contact',
  'contact.exportLinked': 'Contact',
} as const satisfies Record<string, IdType>;

export type AuditAction = keyof typeof auditActions;

export function isAuditAction(name: string): name is AuditAction {
  return Object.hasOwn(auditActions, name);
}

/** The change of a field. Of a secret, and of what may contain one, only the name is kept. */
export type AuditChange = { field: string; from: unknown; to: unknown; hidden?: true };

/** An act, as actions describe it; who did it, when and from where is added by the transaction. */
export type AuditEntry = { action: AuditAction; targetId: string; changes?: readonly AuditChange[] };

/** Whether an act is an update that changed nothing, and so not worth an entry. */
export function changedNothing({ action, changes = [] }: AuditEntry): boolean {
  return action.endsWith('.updated') && changes.length === 0;
}

/**
 * The changes of some fields of a row. Nothing was before a new row (null): its fields without a value are left out.
 */
export function changesOf<Row extends object>(
  before: Row | null,
  after: Row,
  fields: readonly (keyof Row & string)[],
): AuditChange[] {
  return fields.flatMap((field) => {
    const [from, to] = [before?.[field] ?? null, after[field] ?? null];
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ field, from, to }];
  });
}

/** The change of a field whose values are not kept. */
export function hiddenChange(field: string): AuditChange {
  return { field, from: null, to: null, hidden: true };
}

/** The change of whether something is active. */
export function activation(active: boolean): AuditChange[] {
  return [{ field: 'active', from: !active, to: active }];
}
