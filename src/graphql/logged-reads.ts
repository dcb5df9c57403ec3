import { type DocumentNode, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql';

/** Fields of Query that read only what the event log records each change of, and so may be read from a replica. */
export const loggedFields: readonly string[] = [
  'bots',
  'channels',
  'contact',
  'contacts',
  'conversation',
  'conversationByExternalId',
  'conversationCounts',
  'conversations',
  'eventCursor',
  'latestOpenConversation',
  'message',
  'messages',
  'prospect',
  'prospects',
  'users',
];

/**
 * Fields of Query that always read from the primary: the log itself, which readers go on with at the primary; and what may
 * change without an entry in the log, such as a key or a webhook, which `node` finds too.
 */
export const primaryFields: readonly string[] = [
  'apiKeys',
  'auditEvents',
  'changes',
  'conversationChanges',
  'events',
  'node',
  'nodes',
  'rateLimit',
  'viewer',
  'webhookEndpoints',
];

/** Types whose changes are not in the log, from wherever they are selected. */
const UNLOGGED: readonly string[] = [
  'ApiKey',
  'AuditEvent',
  'Viewer',
  'WebhookDelivery',
  'WebhookEndpoint',
  'Workspace',
];

const known = new WeakMap<DocumentNode, boolean>();

/** Whether everything that a document of queries selects is recorded in the log, and something is. */
export function readsLoggedOnly(schema: GraphQLSchema, document: DocumentNode): boolean {
  const cached = known.get(document);
  if (cached !== undefined) return cached;
  let logged = false;
  let others = false;
  const typeInfo = new TypeInfo(schema);
  const queryType = schema.getQueryType();
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: ({ name: { value: name } }) => {
        const parent = typeInfo.getParentType();
        if (!parent || name === '__typename') return;
        if (parent !== queryType) others ||= UNLOGGED.includes(parent.name);
        else if (loggedFields.includes(name)) logged = true;
        else others ||= !name.startsWith('__');
      },
    }),
  );
  const result = logged && !others;
  known.set(document, result);
  return result;
}
