// npm run permissions:print             writes docs/permissions.md from the tables and the schema
// npm run permissions:print -- --check  only compares them, and exits with 1 if they differ
import { type GraphQLObjectType, isObjectType } from 'graphql';
import { callers, isPermission, type Permission, permissions, scopes, visibility } from '../src/auth/permissions.js';
import { eventsForContacts } from '../src/event-log/log-event.js';
import { seenOfEvents, seenOfOtherContacts, standIns } from '../src/graphql/contact-fields.js';
import { isSeenByContacts, isStructural } from '../src/graphql/contact-view.js';
import { permissionOf } from '../src/graphql/core/builder.js';
import { schema } from '../src/graphql/schema.js';
import { code, list, printPage, table } from './print/page.js';

const kinds = Object.entries(callers);
const names = Object.keys(permissions).filter(isPermission);
const rootTypes = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];

/** The root fields that require a permission. */
function fieldsFor(permission: Permission): string[] {
  const fields = rootTypes.flatMap((type) => Object.values(type?.getFields() ?? {}));
  return fields.filter((field) => permissionOf(field) === permission).map(({ name }) => name);
}

function scopeFor(permission: Permission): string {
  const [scope = ''] = Object.entries(scopes).find(([, included]) => included.includes(permission)) ?? [];
  return code(scope);
}

const mark = (may: boolean) => (may ? '●' : '');

/** A row of a type's fields that contacts see, and of those that are hidden from them. */
function viewOf(type: GraphQLObjectType): string[] {
  const fields = Object.keys(type.getFields());
  const [seen, hidden] = [true, false].map((wanted) =>
    fields.filter((name) => isSeenByContacts(type, name) === wanted),
  );
  return [code(type.name), list(seen ?? []), list(hidden ?? [])];
}

const reachable = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter((type) => !isStructural(type) && Object.keys(type.getFields()).some((name) => isSeenByContacts(type, name)));

const page = `# Permissions

Printed from \`src/auth/permissions.ts\`, \`src/graphql/contact-fields.ts\` and the schema by \`npm run permissions:print\`.

The caller is an API key of the workspace, a bot's API key, or the user or contact whose [token](authentication.md) is
sent. \`viewer.permissions\` returns the caller's permissions. Without the required permission, queries fail with the
error \`FORBIDDEN\` and mutations return a \`ForbiddenError\`. What the caller cannot see looks exactly as if it did not
exist.

## Callers

${table(
  ['', ...kinds.map(([kind]) => code(kind))],
  names.map((permission) => [code(permission), ...kinds.map(([, { may }]) => mark(may.includes(permission)))]),
)}

An API key has only those of these permissions that its scopes include.

${table(
  ['Caller', 'Who', 'Visible conversations'],
  kinds.map(([kind, { who, sees }]) => [code(kind), who, visibility[sees]]),
)}

## Permissions

${table(
  ['Permission', 'Allows', 'Scope', 'Required by'],
  names.map((name) => [code(name), permissions[name], scopeFor(name), list(fieldsFor(name))]),
)}

## Roles

The roles rank \`OWNER\`, \`ADMIN\`, \`AGENT\`, \`READ_ONLY\`, from highest to lowest. An API key with the scope \`ADMIN\`
ranks as an \`OWNER\`, one with \`WRITE\` as an \`AGENT\`. Nobody can create a user or a
[session token](authentication.md#session-tokens) that ranks above themselves, or change such a user: an \`ADMIN\` cannot
manage \`OWNER\`s, and can neither create nor revoke API keys with the scope \`ADMIN\`.

Users and contacts act only as themselves. Only the workspace's own keys can send, join, leave and type on behalf of
others, and a key that a user made not on behalf of users whose role is above that user's. What is done in somebody
else's name says so: \`via\` of the event and of the message is the key. An API key works only while [whoever made
it](authentication.md#who-made-a-key) does.

What a \`READ_ONLY\` user reads does not advance the team's read position.

## Contacts

A contact can start conversations only for itself, with a channel, a subject and a message, and nothing else. Its messages
are inbound. They can have a \`clientMessageId\`, but neither the \`externalId\` of a channel nor \`metadata\`.

A contact neither writes nor reads [notes](notes.md): to it, a conversation that has some looks as it would without.

Contacts belong to the whole workspace. Any caller with the permission \`write\` can also merge and delete them together with
their conversations, including conversations that the caller cannot see: \`mergeContacts\` moves them, and closes them if
\`closeDuplicates\` is set; \`deleteContact\` with \`force\` closes them. The result does not reveal how many there are.

## Fields that contacts see

A contact sees these fields of the types it can reach. Every other field, including any field not listed here yet, returns
null, an empty list, an empty page or \`{}\`, with these exceptions: ${Object.entries(standIns)
  .map(([name, value]) => `${code(name)} returns ${code(JSON.stringify(value))}`)
  .join(', ')}.

Of other contacts it sees only ${list(seenOfOtherContacts)}. With \`node\` and \`contact\` it can look up itself, and the
people and channels in its conversations.

${table(['Type', 'Visible', 'Hidden'], reachable.map(viewOf))}

Of events it sees ${list(seenOfEvents)} and the fields above, and only events of these types: ${list(eventsForContacts)}.
`;

printPage('docs/permissions.md', page, 'npm run permissions:print');
