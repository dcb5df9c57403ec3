import type { UserRole } from '../generated/prisma/enums.js';
import { encodeId } from '../lib/ids.js';
import { bots, channels, users } from './cast.js';
import { uuidv7 } from './draw.js';
import { spellings } from './names.js';
import type { DataSet, Shape } from './shape.js';
import type { SqlSession } from './sql-session.js';

/** How many users, bots and channels there are to choose from. */
export type Team = { users: number; bots: number; channelSlots: number };

const emailOf = (name: string) =>
  `${name
    .split(' ')
    .map((part) => spellings(part).latin)
    .join('.')}@example.com`;

const mayAnswer = (role: UserRole) => role !== 'READ_ONLY';

/**
 * Creates the users, bots and channels that the workspace does not have yet, and the temporary tables seed_user (users
 * who may reply), seed_bot and seed_channel to choose from.
 */
export async function prepareTeam(
  session: SqlSession,
  workspaceId: string,
  dataSet: DataSet,
  shape: Shape,
): Promise<Team> {
  const since = new Date(shape.start.getTime() - 86_400_000);
  const userCast = users.slice(0, dataSet.users).map((user) => ({ ...user, email: emailOf(user.name) }));
  const botCast = bots.slice(0, dataSet.bots);
  const channelCast = channels.slice(0, dataSet.channels);

  await session.execute(
    `WITH missing AS MATERIALIZED (
       SELECT ${uuidv7('$2::timestamptz')} AS id, w.*
       FROM jsonb_to_recordset($3::jsonb) AS w(name text, email text, role "UserRole")
       WHERE NOT EXISTS (SELECT FROM "User" u WHERE u."workspaceId" = $1::uuid AND u.email = w.email)
     ), actor AS (
       INSERT INTO "Actor" ("workspaceId", id, type) SELECT $1::uuid, id, 'USER' FROM missing
     )
     INSERT INTO "User" ("workspaceId", id, name, email, role, "createdAt", "updatedAt")
     SELECT $1::uuid, id, name, email, role, $2::timestamptz, $2::timestamptz FROM missing`,
    workspaceId,
    since,
    JSON.stringify(userCast),
  );
  await session.execute(
    `WITH missing AS MATERIALIZED (
       SELECT ${uuidv7('$2::timestamptz')} AS id, w.*
       FROM jsonb_to_recordset($3::jsonb) AS w(name text, "externalId" text)
       WHERE NOT EXISTS (SELECT FROM "Bot" b WHERE b."workspaceId" = $1::uuid AND b."externalId" = w."externalId")
     ), actor AS (
       INSERT INTO "Actor" ("workspaceId", id, type) SELECT $1::uuid, id, 'BOT' FROM missing
     )
     INSERT INTO "Bot" ("workspaceId", id, name, "externalId", "createdAt", "updatedAt")
     SELECT $1::uuid, id, name, "externalId", $2::timestamptz, $2::timestamptz FROM missing`,
    workspaceId,
    since,
    JSON.stringify(botCast),
  );
  await session.execute(
    `INSERT INTO "Channel" ("workspaceId", id, name, type, "externalId", "allowMany", "reopenWithinSeconds",
                            "createdAt", "updatedAt")
     SELECT $1::uuid, ${uuidv7('$2::timestamptz')}, w.name, w.type, w."externalId", w."allowMany", w."reopenWithinSeconds",
            $2::timestamptz, $2::timestamptz
     FROM jsonb_to_recordset($3::jsonb)
       AS w(name text, type "ChannelType", "externalId" text, "allowMany" bool, "reopenWithinSeconds" int)
     ON CONFLICT ("workspaceId", "externalId") DO NOTHING`,
    workspaceId,
    since,
    JSON.stringify(channelCast),
  );

  const userRows = await session.query<{ id: string; name: string }>(
    'SELECT id::text, name FROM "User" WHERE "workspaceId" = $1::uuid AND email = ANY($2::text[]) ORDER BY email',
    workspaceId,
    userCast.filter(({ role }) => mayAnswer(role)).map(({ email }) => email),
  );
  const botRows = await session.query<{ id: string }>(
    'SELECT id::text FROM "Bot" WHERE "workspaceId" = $1::uuid AND "externalId" = ANY($2::text[]) ORDER BY "externalId"',
    workspaceId,
    botCast.map(({ externalId }) => externalId),
  );
  await session.execute(
    `CREATE TEMP TABLE seed_user AS
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS u(n int, id uuid, public_id text, first_name text)`,
    JSON.stringify(
      userRows.map(({ id, name }, n) => ({ n, id, public_id: encodeId('User', id), first_name: name.split(' ')[0] })),
    ),
  );
  await session.execute(
    'CREATE TEMP TABLE seed_bot AS SELECT * FROM jsonb_to_recordset($1::jsonb) AS b(n int, id uuid, public_id text)',
    JSON.stringify(botRows.map(({ id }, n) => ({ n, id, public_id: encodeId('Bot', id) }))),
  );
  const channelSlots = await session.execute(
    `CREATE TEMP TABLE seed_channel AS
     SELECT row_number() OVER (ORDER BY w.n, s)::int - 1 AS slot, c.id, c.type, c."allowMany" AS allow_many
     FROM jsonb_to_recordset($2::jsonb) AS w(n int, "externalId" text, share int)
     JOIN "Channel" c ON c."workspaceId" = $1::uuid AND c."externalId" = w."externalId"
     CROSS JOIN LATERAL generate_series(1, w.share) AS s`,
    workspaceId,
    JSON.stringify(channelCast.map(({ externalId, share }, n) => ({ n, externalId, share }))),
  );
  return { users: userRows.length, bots: botRows.length, channelSlots };
}
