#!/usr/bin/env bash
# @prisma/adapter-pg 7.10.0 with pg 8.23.1, on PostgreSQL 15: a timestamptz is right only while the session's TimeZone is UTC.
#
# Through the adapter's own query interface, which Prisma Client uses:
#   write: a DateTime argument goes to PostgreSQL without an offset, so the session's zone is applied to it. In
#          America/New_York the moment 2030-01-01T12:00Z is stored as 17:00Z, in Asia/Kolkata as 06:30Z.
#   read:  the text that PostgreSQL returns carries an offset (07:00:00-05); the adapter drops it and calls the rest UTC.
# Written and read in one session the two errors cancel out, so that nothing shows until SQL compares such a value with
# now(), another client reads it, the zone changes its clocks in between, or the setting itself changes.
# Neither step raises an error or a warning. Setting TimeZone to UTC in every session avoids both.
#
# Output seen:
#   UTC               stored 2030-01-01 12:00:00+00   read 2030-01-01T12:00:00+00:00
#   America/New_York  stored 2030-01-01 17:00:00+00   read 2030-01-01T07:00:00+00:00
#   Asia/Kolkata      stored 2030-01-01 06:30:00+00   read 2030-01-01T17:30:00+00:00
#
# Needs a PostgreSQL in DATABASE_URL (default: postgresql://postgres:postgres@127.0.0.1:5432/postgres). Fails if the behaviour changes.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @prisma/adapter-pg@7.10.0 pg@8.23.1 >/dev/null
cat >look.mjs <<'JS'
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';

const connectionString = process.env.DATABASE_URL ?? 'postgresql://postgres:postgres@127.0.0.1:5432/postgres';
const moment = '2030-01-01T12:00:00.000Z';
const expected = {
  UTC: ['2030-01-01 12:00:00+00', '2030-01-01T12:00:00+00:00'],
  'America/New_York': ['2030-01-01 17:00:00+00', '2030-01-01T07:00:00+00:00'],
  'Asia/Kolkata': ['2030-01-01 06:30:00+00', '2030-01-01T17:30:00+00:00'],
};
let changed = false;
for (const [zone, [stored, read]] of Object.entries(expected)) {
  const pool = new pg.Pool({ connectionString, max: 1, options: `-c TimeZone=${zone}` });
  const adapter = await new PrismaPg(pool).connect();
  const datetime = { scalarType: 'datetime', dbType: 'TIMESTAMPTZ', arity: 'scalar' };
  const query = async (sql, args = [], argTypes = []) => (await adapter.queryRaw({ sql, args, argTypes })).rows[0][0];
  const seenStored = await query("SELECT ($1::timestamptz AT TIME ZONE 'UTC')::text || '+00'", [moment], [datetime]);
  const seenRead = await query("SELECT timestamptz '2030-01-01 12:00:00+00'");
  console.log(`${zone.padEnd(17)} stored ${seenStored}   read ${seenRead}`);
  changed ||= seenStored !== stored || seenRead !== read;
  await adapter.dispose();
  await pool.end().catch(() => undefined);
}
process.exitCode = changed ? 1 : 0;
JS
node look.mjs
