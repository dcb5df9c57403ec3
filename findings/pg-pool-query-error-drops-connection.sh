#!/usr/bin/env bash
# pg-pool 3.14.0 with pg 8.23.1: every statement that fails through pool.query() costs the pool its connection.
#
# pool.query() hands the error of the statement to client.release(), which takes any error as a reason to close the
# connection, although PostgreSQL has only refused a statement and the session is as good as before. The next statement
# waits for a new connection, with its TLS and authentication, and loses the prepared statements and settings of the old
# one. An application that lets the database refuse things, such as a second row of a unique key, connects once for
# each. It is the same for single statements through @prisma/adapter-pg 7.10.0, which uses pool.query().
# A connection taken with pool.connect() stays, unless its user passes the error to release().
#
# Output seen:
#   pool.query            another backend after an error: true
#   @prisma/adapter-pg    another backend after an error: true
#   connect and release   another backend after an error: false
#
# Needs a PostgreSQL in DATABASE_URL (default: postgresql://postgres:postgres@127.0.0.1:5432/postgres). Fails if the behaviour changes.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @prisma/adapter-pg@7.10.0 pg@8.23.1 pg-pool@3.14.0 >/dev/null
cat >look.mjs <<'JS'
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';

const connectionString = process.env.DATABASE_URL ?? 'postgresql://postgres:postgres@127.0.0.1:5432/postgres';
const FAILING = 'SELECT 1 / 0';
const BACKEND = 'SELECT pg_backend_pid() AS pid';

async function withPool(look) {
  const pool = new pg.Pool({ connectionString, max: 1 });
  const backend = async () => (await pool.query(BACKEND)).rows[0].pid;
  const before = await backend();
  await look(pool);
  const changed = (await backend()) !== before;
  await pool.end();
  return changed;
}

const ways = {
  'pool.query': [true, (pool) => pool.query(FAILING).catch(() => undefined)],
  '@prisma/adapter-pg': [
    true,
    async (pool) => {
      const adapter = await new PrismaPg(pool).connect();
      await adapter.queryRaw({ sql: FAILING, args: [], argTypes: [] }).catch(() => undefined);
    },
  ],
  'connect and release': [
    false,
    async (pool) => {
      const client = await pool.connect();
      await client.query(FAILING).catch(() => undefined);
      client.release();
    },
  ],
};
for (const [name, [expected, look]] of Object.entries(ways)) {
  const changed = await withPool(look);
  console.log(`${name.padEnd(21)} another backend after an error: ${changed}`);
  if (changed !== expected) process.exitCode = 1;
}
JS
node look.mjs
