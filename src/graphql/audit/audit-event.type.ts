import { z } from 'zod';
import { auditActions, isAuditAction } from '../../audit/audit-entry.js';
import { actorOf } from '../../lib/actor-ref.js';
import { encodeId, isIdType } from '../../lib/ids.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { apiKeysById } from '../api-keys/api-key.loader.js';
import { ApiKey } from '../api-keys/api-key.type.js';
import { builder, Node, publicId } from '../core/builder.js';

const storedChanges = z.array(
  z.object({ field: z.string(), from: z.unknown(), to: z.unknown(), hidden: z.boolean().default(false) }),
);

const AuditSource = builder.enumType('AuditSource', {
  description: 'How something in the audit log was done.',
  values: {
    API: { description: 'By a request to this API.' },
    COMMAND_LINE: { description: 'By an operator, with a command on the server.' },
  } as const,
});

const AuditChange = builder.objectRef<z.output<typeof storedChanges>[number]>('AuditChange').implement({
  description: 'The change of a field that an act in the audit log made.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'The name of the field; settings.… for a key of the settings.' }),
    from: t.expose('from', {
      type: 'JSON',
      nullable: true,
      description: 'The value before; null if there was none, and if hidden.',
    }),
    to: t.expose('to', {
      type: 'JSON',
      nullable: true,
      description: 'The value after; null if there is none, and if hidden.',
    }),
    hidden: t.exposeBoolean('hidden', {
      description: 'Whether the values are not kept, because they are secrets or may contain some.',
    }),
  }),
});

/**
 * What an act was done to. Of an act that a later version of the server recorded, the type is what its name begins with, and
 * the id a UUID if this version has no such type.
 */
function targetOf({ action, targetId }: { action: string; targetId: string }): { type: string; id: string } {
  const [noun = ''] = action.split('.', 1);
  const type = isAuditAction(action) ? auditActions[action] : noun.charAt(0).toUpperCase() + noun.slice(1);
  return { type, id: isIdType(type) ? encodeId(type, targetId) : targetId };
}

export const AuditEvent = builder.prismaObject('AuditEvent', {
  description:
    'An act in the audit log: who administered what, or exported or erased a contact. Entries never change, and are kept as long as the operator says (AUDIT_DAYS).',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id(publicId('AuditEvent')),
    at: t.expose('at', { type: 'DateTime', description: 'When it was done.' }),
    action: t.exposeString('action', {
      description:
        'What was done, such as user.updated or apiKey.revoked. May be an act that AuditEventFilter.actions does not list, if a later version of the server recorded it.',
    }),
    actor: t.field({
      type: Actor,
      nullable: true,
      description: 'Who did it. null if an operator did, on the command line.',
      resolve: ({ actorType, actorId }, _args, context) =>
        actorType ? loadActor(context, actorOf(actorType, actorId)) : null,
    }),
    via: t.field({
      type: ApiKey,
      nullable: true,
      description:
        'The API key behind the actor: the one that a bot used, or that a session token goes back to. null if the actor is the key, for tokens that no key issued, and on the command line.',
      resolve: ({ viaKeyId }, _args, context) => (viaKeyId ? apiKeysById(context).load(viaKeyId) : null),
    }),
    source: t.field({
      type: AuditSource,
      description: 'How it was done.',
      resolve: ({ actorType }) => (actorType === null ? ('COMMAND_LINE' as const) : ('API' as const)),
    }),
    targetType: t.string({
      description:
        'The type of what it was done to, such as User or WebhookEndpoint. Of an act that a later version recorded, what its name begins with.',
      resolve: (row) => targetOf(row).type,
    }),
    targetId: t.id({
      description:
        'The id of what it was done to, which may be gone since. A UUID if this version of the server has no such type.',
      resolve: (row) => targetOf(row).id,
    }),
    changes: t.field({
      type: [AuditChange],
      description: 'The fields that were changed, or that something new has, at most 100. Of secrets only the names.',
      resolve: ({ changes }) => storedChanges.parse(changes),
    }),
    requestId: t.exposeString('requestId', {
      nullable: true,
      description:
        "The id of the request, as in the server's log and the header X-Request-Id; null on the command line.",
    }),
    clientAddress: t.exposeString('clientAddress', {
      nullable: true,
      description: 'The IP address that the request came from, or of IPv6 its /64; null if it is not known.',
    }),
  }),
});
