// npm run permissions:print             writes docs/permissions.md from the tables and the schema
// npm run permissions:print -- --check  only compares them, and exits with 1 when they differ
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type GraphQLObjectType, isObjectType } from 'graphql';
import { callers, isPermission, type Permission, permissions, scopes, sights } from '../src/auth/permissions.js';
import { eventsForContacts } from '../src/event-log/types.js';
import { seenOfEvents, seenOfOtherContacts, standIns } from '../src/graphql/contact-fields.js';
import { isSeenByContacts, isStructural } from '../src/graphql/contact-view.js';
import { permissionOf } from '../src/graphql/core/permission-of.js';
import { schema } from '../src/graphql/schema.js';

const FILE = 'docs/permissions.md';

const code = (text: string) => `\`${text}\``;
const list = (names: readonly string[]) => names.map(code).join(', ');
const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
const table = (heads: string[], rows: string[][]) =>
  [row(...heads), row(...heads.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

const kinds = Object.entries(callers);
const names = Object.keys(permissions).filter(isPermission);
const rootTypes = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];

/** The root fields that ask for a permission. */
function fieldsFor(permission: Permission): string[] {
  const fields = rootTypes.flatMap((type) => Object.values(type?.getFields() ?? {}));
  return fields.filter((field) => permissionOf(field) === permission).map(({ name }) => name);
}

function scopeFor(permission: Permission): string {
  const [scope = ''] = Object.entries(scopes).find(([, included]) => included.includes(permission)) ?? [];
  return code(scope);
}

const mark = (may: boolean) => (may ? '●' : '');

/** A type's fields that contacts see, and those that are hidden. */
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

const page = `# Who may do what

Printed from \`src/auth/permissions.ts\`, \`src/graphql/contact-fields.ts\` and the schema by
\`npm run permissions:print\`; the checks refuse another one.

A caller is a key of the workspace, the key of a bot, or the user or contact that a session token or an identity
provider's token is for. \`viewer.permissions\` says what the caller may do. Without a permission, queries answer the
error \`FORBIDDEN\` and mutations a \`ForbiddenError\`. What may not be seen answers exactly as what does not exist.

## Callers

${table(
  ['', ...kinds.map(([kind]) => code(kind))],
  names.map((permission) => [code(permission), ...kinds.map(([, { may }]) => mark(may.includes(permission)))]),
)}

${table(
  ['caller', 'who', 'sees of the conversations'],
  kinds.map(([kind, { who, sees }]) => [code(kind), who, sights[sees]]),
)}

A key may do of this what its scopes include.

## Permissions

${table(
  ['permission', 'allows', 'scope of a key', 'asked for by'],
  names.map((name) => [code(name), permissions[name], scopeFor(name), list(fieldsFor(name))]),
)}

## Roles

\`OWNER\` is above \`ADMIN\`, \`ADMIN\` above \`AGENT\`, \`AGENT\` above \`READ_ONLY\`. Nobody makes a user or a session token above
themselves, or changes a user who is: an \`ADMIN\` does not touch an \`OWNER\`. A key with the scope \`ADMIN\` counts as an
\`OWNER\`, one with \`WRITE\` as an \`AGENT\`; so an \`ADMIN\` makes and revokes none with the scope \`ADMIN\`. Users and contacts
act as themselves only: in the name of others only keys of the workspace send, join, leave and type. An \`AGENT\`, a
\`READ_ONLY\` and a contact make session tokens for themselves only. What a \`READ_ONLY\` reads does not raise the read
position of the team.

A contact begins conversations for itself, with a channel, a subject and a message and nothing else; what it writes is
inbound, under a \`clientMessageId\` and never under the \`externalId\` of a channel, and has no \`metadata\`.

Contacts belong to the whole workspace. Whoever may \`write\` also merges and deletes them, with all that is theirs:
\`mergeContacts\` moves, and with \`closeDuplicates\` closes, and \`deleteContact\` with \`force\` closes their conversations
also where the caller does not see them. How many those are is not told.

## What contacts see

Of the types that a contact can reach it sees these fields. All others answer null, an empty list, an empty page or
\`{}\`${Object.entries(standIns)
  .map(([name, value]) => `, ${code(name)} ${code(JSON.stringify(value))}`)
  .join(
    '',
  )}; so do fields that are not listed here yet. Of other contacts it sees ${list(seenOfOtherContacts)}. By \`node\` and
\`contact\` it finds itself and whom and what it has met in its conversations.

${table(['type', 'seen', 'hidden'], reachable.map(viewOf))}

Of events it sees ${list(seenOfEvents)} and the fields above, and only events of these types: ${list(eventsForContacts)}.
`;

const { check } = parseArgs({ options: { check: { type: 'boolean' } } }).values;

/** The formatter decides where blanks stand in a table. */
const words = (text: string) => text.replace(/[\s|-]+/g, ' ');

if (!check) writeFileSync(FILE, page);
else if (words(readFileSync(FILE, 'utf8')) !== words(page)) {
  process.stderr.write(`${FILE} is not what the code says: npm run permissions:print\n`);
  process.exitCode = 1;
}
