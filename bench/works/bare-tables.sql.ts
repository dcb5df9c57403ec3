import type pg from 'pg';

const TABLES = ['Conversation', 'Message', 'ReadPosition', 'EventHead', 'Event'];

/**
 * The keys, what must be unique, and the orders of lists that an inbox, a page and a search ask for. Others exist because
 * a filter may ask for them.
 */
const INDEXES = [
  'UNIQUE ON "Conversation" ("workspaceId", id)',
  'UNIQUE ON "Conversation" ("workspaceId", "channelId", "contactId") WHERE exclusive AND status <> \'CLOSED\'',
  'UNIQUE ON "Conversation" ("workspaceId", "externalId") WHERE "clientBotId" IS NULL',
  'ON "Conversation" ("workspaceId", "updatedAt", id)',
  'ON "Conversation" ("workspaceId", status, "updatedAt", id)',
  'ON "Conversation" ("workspaceId", "contactId", "updatedAt", id)',
  'ON "Conversation" ("workspaceId", "assigneeUserId", "updatedAt", id)',
  'UNIQUE ON "Message" ("workspaceId", id)',
  'UNIQUE ON "Message" ("workspaceId", "conversationId", seq)',
  'UNIQUE ON "Message" ("workspaceId", "conversationId", "clientMessageId")',
  'ON "Message" USING gin ("workspaceId", public.parley_lexemes(text)) WHERE text IS NOT NULL',
  'UNIQUE ON "ReadPosition" ("workspaceId", "conversationId", "actorId")',
  'UNIQUE ON "EventHead" ("workspaceId")',
  'UNIQUE ON "Event" ("workspaceId", position)',
  'ON "Event" ("workspaceId", "conversationId", position)',
];

/** Copies the tables that a message is written to into the schema `bare`, with only the indexes that are needed. */
export async function createBareTables(client: pg.Client): Promise<void> {
  await client.query('DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare; SET search_path = bare, public');
  for (const table of TABLES) {
    await client.query(`CREATE TABLE bare."${table}" (LIKE public."${table}" INCLUDING ALL EXCLUDING INDEXES)`);
    const { rows } = await client.query(
      `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
       WHERE attrelid = 'public."${table}"'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    );
    const { columns } = rows[0];
    await client.query(`INSERT INTO bare."${table}" (${columns}) SELECT ${columns} FROM public."${table}"`);
  }
  for (const index of INDEXES) {
    const [unique, on] = index.startsWith('UNIQUE ') ? ['UNIQUE', index.slice('UNIQUE '.length)] : ['', index];
    await client.query(`CREATE ${unique} INDEX ${on}`);
  }
  await client.query('ANALYZE');
}
