import type { GraphQLArgument, GraphQLField } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { Prisma } from '../../../../src/generated/prisma/client.js';
import { directField } from '../../../../src/graphql/core/direct/rows.js';
import { schema } from '../../../../src/graphql/schema.js';
import { decodeId } from '../../../../src/lib/ids.js';
import { say } from '../../../support/conversations.js';
import { useParley, useWorkspace } from '../../../support/fixtures.js';
import { makeBot, makeConversation } from '../../../support/make.js';
import type { TestWorkspace } from '../../../support/parley.js';
import { type Random, seededRandom } from '../../../support/seeded-random.js';
import { signIn, signInAs } from '../../../support/token.js';
import { fillWorkspace } from '../support/fill-workspace.js';
import { type IdPool, randomDocument } from '../support/random-documents.js';

const DOCUMENTS = 80;

// Stands still, so that both answers have the same age.
const now = new Date();
const statements: string[] = [];
const parley = useParley({ clock: () => now, onStatement: (sql) => void statements.push(sql) });
const workspace = useWorkspace(parley);
let ids: IdPool;
beforeAll(async () => {
  ids = await fillWorkspace(workspace);
  await addOddities();
  await addNotes();
});

/** Text that JSON has to escape, and whatever else a row can have besides what is usual. */
async function addOddities(): Promise<void> {
  const { prisma } = parley.database;
  const workspaceId = decodeId('Workspace', workspace.id);
  const inWorkspace = Prisma.sql`"workspaceId" = ${workspaceId}::uuid`;
  const text = 'A "quoted" \\ text,\n\u0001 \u0002 \u007f \u2028 é 漢 👩‍🚀 {"json":[1]}';
  await prisma.$executeRaw`UPDATE "Conversation" SET subject = ${text}, "flowId" = ${text} WHERE ${inWorkspace} AND "messageCount" % 2 = 0`;
  await prisma.$executeRaw`
    UPDATE "Message" SET text = ${text}, metadata = jsonb_build_object('a', ${text}::text, 'n', 1.50, 'deep', '[null, {}]'::jsonb)
    WHERE ${inWorkspace} AND seq % 4 = 0`;
  await prisma.$executeRaw`UPDATE "Message" SET text = NULL, content = '{}', "deletedAt" = now() WHERE ${inWorkspace} AND seq % 5 = 0`;
  await prisma.$executeRaw`
    UPDATE "Message" m SET "replyToId" = o.id FROM "Message" o
    WHERE m."workspaceId" = ${workspaceId}::uuid AND o."workspaceId" = m."workspaceId" AND o."conversationId" = m."conversationId" AND o.seq = m.seq - 1
      AND m.seq % 3 = 0`;
  await prisma.$executeRaw`
    INSERT INTO "Upload" ("workspaceId", id, key, "contentType", filename, "sizeBytes", "messageId", position, "expiresAt", "createdAt")
    SELECT "workspaceId", gen_random_uuid(), 'file-' || id || n, 'image/png', CASE WHEN n = 1 THEN ${text} END, 10 * n, id, 2 - n,
      now(), now()
    FROM "Message", generate_series(1, 2) n WHERE ${inWorkspace} AND seq = 2`;
  await prisma.$executeRaw`
    UPDATE "Participant" SET "leftAt" = now() WHERE ${inWorkspace} AND role = 'AGENT' AND "joinedAt"::text LIKE '%3+00'`;
  // A contact that was merged, while some of its conversations still name it.
  await prisma.$executeRaw`
    UPDATE "Contact" SET "mergedIntoId" = (SELECT max(id::text)::uuid FROM "Contact" WHERE ${inWorkspace})
    WHERE ${inWorkspace} AND id IN (SELECT "contactId" FROM "Conversation" WHERE ${inWorkspace} LIMIT 2)`;
}

/** Notes after the last message and between others, some with files and mentions. */
async function addNotes(): Promise<void> {
  const { prisma } = parley.database;
  const inWorkspace = Prisma.sql`m."workspaceId" = ${decodeId('Workspace', workspace.id)}::uuid`;
  await prisma.$executeRaw`
    INSERT INTO "Message" ("workspaceId", id, "conversationId", seq, "noteSeq", "inboundSeq", direction, visibility,
      "authorType", "authorId", text, content, status, metadata, "replyToId", "deletedAt", "createdAt", "updatedAt")
    SELECT m."workspaceId", gen_random_uuid(), m."conversationId", m.seq, n, m."inboundSeq",
      'OUTBOUND'::"MessageDirection", 'INTERNAL'::"MessageVisibility", 'USER'::"ActorType",
      (SELECT u.id FROM "User" u WHERE u."workspaceId" = m."workspaceId" ORDER BY u.id LIMIT 1), 'Note ' || n, '{}'::jsonb,
      'DELIVERED'::"MessageStatus", '{}'::jsonb, CASE WHEN n = 1 THEN m.id END, CASE WHEN n = 3 THEN now() END, now(), now()
    FROM "Message" m, generate_series(1, 3) n
    WHERE ${inWorkspace} AND m.seq IN (1, 2, 11, 12) AND right(m."conversationId"::text, 1) < '8'`;
  // Which no action allows.
  await prisma.$executeRaw`
    UPDATE "Message" m SET "replyToId" = n.id FROM "Message" n
    WHERE ${inWorkspace} AND n."workspaceId" = m."workspaceId" AND n."conversationId" = m."conversationId"
      AND n.seq = 2 AND n."noteSeq" = 2 AND m.seq IN (9, 12) AND m."noteSeq" = 0`;
  await prisma.$executeRaw`
    INSERT INTO "Mention" ("workspaceId", "messageId", "userId", "conversationId")
    SELECT m."workspaceId", m.id, u.id, m."conversationId" FROM "Message" m
    JOIN "User" u ON u."workspaceId" = m."workspaceId" WHERE ${inWorkspace} AND m."noteSeq" > 1`;
  await prisma.$executeRaw`
    INSERT INTO "Upload" ("workspaceId", id, key, "contentType", "sizeBytes", "messageId", position, "expiresAt",
      "createdAt")
    SELECT m."workspaceId", gen_random_uuid(), 'note-' || m.id, 'image/png', 10, m.id, 0, now(), now()
    FROM "Message" m WHERE ${inWorkspace} AND m."noteSeq" = 2`;
}

const ROOTS = ['conversation', 'conversations', 'eventCursor'];
/** Others that the resolvers answer beside them. */
const RESOLVED = ['viewer', 'conversationCounts', 'channels'];
const PARTS_OF_A_LIST = /(Connection|Edge|PageInfo)$/;

/** Whether PostgreSQL can write a field, or the resolvers must because it is hidden. */
function offers(type: string, { name, extensions }: GraphQLField<unknown, unknown>, toContact: boolean): boolean {
  if (toContact && extensions.hiddenFromContacts) return false;
  if (type === 'Query') return [...ROOTS, ...RESOLVED].includes(name);
  if (type === 'ConversationCounts') return true;
  if (PARTS_OF_A_LIST.test(type)) return true;
  return directField(type, name) !== undefined || extensions.pothosExposedField !== undefined;
}

/** Arguments of lists of conversations and messages, some of them refused. */
function argue(random: Random) {
  const one = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const filters = [
    'status: [OPEN]',
    'status: [OPEN, CLOSED]',
    'unassigned: false',
    'unread: true',
    'priority: [HIGH, URGENT]',
    'tags: []',
    'createdAt: { from: "2020-01-01T00:00:00Z" }',
    'channelType: WHATSAPP',
  ];
  return ({ name }: GraphQLArgument, field: string): string | null | undefined => {
    if (field === 'conversations' && name === 'filter') {
      return random() < 0.6 ? `filter: { ${random() < 0.05 ? 'contactId: "nothing"' : one(filters)} }` : null;
    }
    if (name === 'orderBy') {
      const by = one(['CREATED_AT', 'UPDATED_AT', 'LAST_MESSAGE_AT', 'PRIORITY']);
      return random() < 0.4 ? `orderBy: { field: ${by}, direction: ${one(['ASC', 'DESC'])} }` : null;
    }
    if (name === 'visibility') {
      return random() < 0.6 ? `visibility: [${one(['PUBLIC', 'INTERNAL', 'PUBLIC, INTERNAL', ''])}]` : null;
    }
    if (field === 'messages' || field === 'conversations') {
      if (name === 'first') return null;
      if (name === 'last')
        return random() < 0.8 ? `${one(['first', 'last'])}: ${one([1, 2, 3, 10, 20, 50, 101])}` : null;
    }
    return undefined;
  };
}

/** The text of an answer, and whether PostgreSQL wrote it: with introspection beside it, the resolvers do. */
async function ask({ post }: TestWorkspace, query: string, byResolvers: boolean) {
  statements.length = 0;
  const { body } = await post(byResolvers ? query.replace(/\}\s*$/, '__type(name: "ID") { name } }') : query);
  const { __type: _introspected, ...data } = body.data ?? {};
  const errors = body.errors?.map(({ message, path, extensions }) => ({ message, path, code: extensions?.code }));
  return {
    text: JSON.stringify({ data: body.data && data, errors }),
    direct: statements.some((sql) => sql.includes('concat(')),
  };
}

describe('an answer that PostgreSQL writes', () => {
  it.each([
    ['an API key', 21],
    ['an agent', 22],
    ['a bot', 24],
    ['a contact', 23],
  ] as const)('equals that of the resolvers, errors included, for %s', { timeout: 120_000 }, async (who, seed) => {
    const callers = {
      'an API key': () => Promise.resolve(workspace),
      'an agent': () => signInAs(parley, workspace, 'AGENT'),
      'a bot': async () => parley.connect({ id: workspace.id, apiKey: (await makeBot(workspace)).apiKey }),
      'a contact': () => signIn(parley, workspace, ids.get('Contact')?.[0] ?? ''),
    };
    const caller = await callers[who]();
    const random = seededRandom(seed);
    let direct = 0;
    for (let count = 0; count < DOCUMENTS; count += 1) {
      const query = randomDocument({
        schema,
        random,
        ids,
        offers: (type, field) => offers(type, field, who === 'a contact'),
        argue: argue(random),
      });
      const answer = await ask(caller, query, false);
      if (answer.text.includes('QUERY_TOO_COMPLEX')) continue;
      expect(answer.text, query).toBe((await ask(caller, query, true)).text);
      if (answer.direct) direct += 1;
    }
    expect(direct).toBeGreaterThan(DOCUMENTS / 4);
  });

  it('takes one statement for an inbox besides the one that checks the key', async () => {
    const inbox = `{
      eventCursor
      conversations(filter: { status: [OPEN] }, first: 50) {
        nodes {
          id subject unreadCount contact { name } channel { name } assignee { ... on User { name } ... on Bot { name } }
          lastMessage { text author { name } } participants { role name actor { name } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }`;
    await workspace.post(inbox);
    statements.length = 0;
    const { body } = await workspace.post(inbox);
    expect(body.errors).toBeUndefined();
    const reading = statements.filter((sql) => /"(Conversation|Message|Participant|Contact|Actor)"/.test(sql));
    expect(reading).toHaveLength(1);
  });

  it('stands beside what the resolvers answer', async () => {
    const query = `{ conversationCounts { open byAssignee { active } } conversations(first: 3) { nodes { id } } viewer { role } }`;
    const { text, direct } = await ask(workspace, query, false);
    expect(direct).toBe(true);
    expect(text).toBe((await ask(workspace, query, true)).text);
  });

  it('tells the rows of a deep selection apart', async () => {
    const conversation = await makeConversation(workspace);
    let replyToId: string | undefined;
    for (const text of 'abcdefghijklm') replyToId = (await say(workspace, conversation.id, { text, replyToId })).id;
    const depth = 11;
    const replies = `${'replyTo { text '.repeat(depth)} author { name } ${'}'.repeat(depth)}`;
    const query = `{ conversation(id: "${conversation.id}") { lastMessage { text ${replies} } } }`;
    const { text, direct } = await ask(workspace, query, false);
    expect(direct).toBe(true);
    expect(text).toBe((await ask(workspace, query, true)).text);
    expect(text).toContain('"text":"b","author"');
  });

  it('is left to the resolvers where a field is selected under two names', async () => {
    const { text, direct } = await ask(
      workspace,
      '{ conversations(first: 2) { nodes { a: subject b: subject } } }',
      false,
    );
    expect(direct).toBe(false);
    expect(text).toContain('"a"');
  });
});
