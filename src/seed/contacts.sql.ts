import { cities } from './cast.js';
import { type Draw, pick, uuidv7 } from './draw.js';
import { cultures, spellings } from './names.js';
import { phoneBlocks } from './phones.js';
import type { Shape } from './shape.js';
import type { SqlSession } from './sql-session.js';

/** How many given names and family names each culture has. */
const NAMES = 10;

const namesOf = (list: readonly string[]) => list.slice(0, NAMES).map(spellings);

/**
 * Creates the contacts, and the temporary table seed_contact to choose from. Their phone numbers and email addresses
 * are not used in the workspace yet. When the example numbers are used up, contacts have no phone number.
 */
export async function prepareContacts(
  session: SqlSession,
  workspaceId: string,
  shape: Shape,
  draw: Draw,
): Promise<void> {
  await session.execute(
    `CREATE TEMP TABLE seed_culture AS
     SELECT * FROM jsonb_to_recordset($1::jsonb)
       AS c(n int, language text, "familyFirst" bool, given jsonb, family jsonb)`,
    JSON.stringify(
      cultures.map((culture, n) => ({ ...culture, n, given: namesOf(culture.given), family: namesOf(culture.family) })),
    ),
  );
  await session.execute(
    `CREATE TEMP TABLE seed_phone AS
     SELECT row_number() OVER (ORDER BY ${draw('substr(phone, 2)::bigint', 'phone')}, phone)::int - 1 AS n, phone
     FROM (
       SELECT b.prefix || lpad(number::text, b.digits, '0') AS phone
       FROM jsonb_to_recordset($2::jsonb) AS b(prefix text, digits int)
       CROSS JOIN LATERAL generate_series(0, (10 ^ b.digits)::int - 1) AS number
       EXCEPT ALL SELECT phone FROM "Contact" WHERE "workspaceId" = $1::uuid AND phone IS NOT NULL
     ) AS free
     ORDER BY n LIMIT $3::int`,
    workspaceId,
    JSON.stringify(phoneBlocks),
    shape.contacts,
  );
  await session.execute(contactTable(shape, draw), workspaceId, shape.start, shape.batchSeconds, cities);
  await session.execute('ANALYZE seed_contact');
  await session.execute(
    `INSERT INTO "Actor" ("workspaceId", id, type) SELECT $1::uuid, id, 'CONTACT' FROM seed_contact`,
    workspaceId,
  );
  await session.execute(
    `INSERT INTO "Contact" ("workspaceId", id, name, phone, email, tags, metadata, "createdAt", "updatedAt")
     SELECT $1::uuid, id, name, phone, email, tags, metadata, since, since FROM seed_contact ORDER BY n`,
    workspaceId,
  );
}

const SHARED_AT_ONCE = 20_000;

/** Copies the temporary table seed_contact to another session, with the columns that a plan reads. */
export async function shareContacts(from: SqlSession, to: SqlSession, { contacts }: Shape): Promise<void> {
  const columns = 'n int, id uuid, first_name text, language text';
  await to.execute(`CREATE TEMP TABLE seed_contact (${columns})`);
  for (let first = 0; first < contacts; first += SHARED_AT_ONCE) {
    const [part] = await from.query<{ rows: string }>(
      `SELECT jsonb_agg(c)::text AS rows
       FROM (SELECT n, id, first_name, language FROM seed_contact WHERE n >= $1::int AND n < $2::int) AS c`,
      first,
      first + SHARED_AT_ONCE,
    );
    await to.execute(
      `INSERT INTO seed_contact SELECT * FROM jsonb_to_recordset($1::jsonb) AS c(${columns})`,
      part?.rows,
    );
  }
  await to.execute('ANALYZE seed_contact');
}

/** Parameters: workspace, start, seconds of a batch, cities. */
function contactTable({ contacts, regulars, batchSize }: Shape, draw: Draw): string {
  const name = (list: string, spelling: string) =>
    `${list} -> ${pick(draw('number', list), NAMES)} ->> '${spelling}' AS ${list}_${spelling}`;
  // A contact is created before its first conversation, whenever that is.
  const firstConversation = `CASE WHEN n < ${regulars} THEN 4 * n ELSE (n - ${regulars}) + (n - ${regulars}) / 3 + 1 END`;
  return `
    CREATE TEMP TABLE seed_contact AS
    WITH candidate AS MATERIALIZED (
      SELECT number, language, "familyFirst" AS family_first,
             ${name('given', 'shown')}, ${name('given', 'latin')},
             ${name('family', 'shown')}, ${name('family', 'latin')}
      FROM generate_series(0, ${contacts - 1} + (SELECT count(*) FROM "Contact" WHERE "workspaceId" = $1::uuid)::int) AS number
      JOIN seed_culture ON seed_culture.n = ${pick(draw('number', 'culture'), cultures.length)}
    ), addressed AS MATERIALIZED (
      SELECT c.*, format('%s.%s%s@example.%s', given_latin, family_latin, number + 1,
                         ('{com,net,org}'::text[])[1 + ${pick(draw('number', 'domain'), 3)}]) AS email
      FROM candidate c
    ), chosen AS MATERIALIZED (
      SELECT row_number() OVER (ORDER BY number)::int - 1 AS n, a.*
      FROM addressed a
      WHERE NOT EXISTS (SELECT FROM "Contact" k WHERE k."workspaceId" = $1::uuid AND k.email = a.email)
      ORDER BY number LIMIT ${contacts}
    ), since AS MATERIALIZED (
      SELECT c.*, p.phone AS example_phone, date_trunc('milliseconds',
               $2::timestamptz + (${firstConversation}) / ${batchSize} * $3::float8 * interval '1 second'
               - ${draw('n', 'known for')} * interval '30 days') AS since
      FROM chosen c LEFT JOIN seed_phone p USING (n)
    )
    SELECT n, ${uuidv7('since')} AS id, since,
           CASE WHEN family_first THEN family_shown || ' ' || given_shown ELSE given_shown || ' ' || family_shown END AS name,
           CASE WHEN family_first THEN family_shown ELSE given_shown END AS first_name,
           CASE WHEN ${draw('n', 'has a phone')} < 0.85 THEN example_phone END AS phone,
           CASE WHEN example_phone IS NULL OR ${draw('n', 'has a phone')} >= 0.85 OR ${draw('n', 'has an address')} < 0.8
                THEN email END AS email,
           CASE WHEN ${draw('n', 'own language')} < 0.6 THEN language ELSE 'en' END AS language,
           array_remove(ARRAY[
             CASE WHEN n < ${regulars} AND ${draw('n', 'vip')} < 0.4 THEN 'vip' END,
             CASE WHEN ${draw('n', 'newsletter')} < 0.25 THEN 'newsletter' END,
             CASE WHEN ${draw('n', 'wholesale')} < 0.04 THEN 'wholesale' END], NULL) AS tags,
           jsonb_build_object('city', ($4::text[])[1 + ${pick(draw('n', 'city'), cities.length)}]) AS metadata
    FROM since`;
}
