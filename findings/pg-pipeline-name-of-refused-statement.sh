#!/usr/bin/env bash
# pg 8.23.1 with `pipeline: true`: a named statement that is sent twice behind a failed one reports a wrong error.
#
# After a statement of a transaction has failed, PostgreSQL refuses the others with 25P02. In a pipeline, pg takes a name
# for known as soon as it has sent the statement once: the second time it sends only the name, which PostgreSQL has never
# prepared, because it refused the first. The answer to that is 26000, "prepared statement does not exist". Whoever looks
# at the error of the last statement of a transaction, to see whether it can be tried again, sees a code that says that
# something is wrong with the connection. Without a pipeline both get 25P02. Afterwards the name works again.
#
# Output seen:
#   pipeline      ok, 22012, 25P02, 26000, ok; then ok
#   no pipeline   ok, 22012, 25P02, 25P02, ok; then ok
#
# Needs a PostgreSQL in DATABASE_URL (default: postgresql://postgres:postgres@127.0.0.1:5432/postgres). Fails if the behaviour changes.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund pg@8.23.1 >/dev/null
cat >look.mjs <<'JS'
import pg from 'pg';

const connectionString = process.env.DATABASE_URL ?? 'postgresql://postgres:postgres@127.0.0.1:5432/postgres';
const NAMED = { name: 'one', text: 'SELECT 1 AS one' };

async function outcomes(client, statements, together) {
  const codes = [];
  const outcome = (promise) => promise.then(() => 'ok', ({ code }) => code);
  if (together) return Promise.all(statements.map((statement) => outcome(client.query(statement))));
  for (const statement of statements) codes.push(await outcome(client.query(statement)));
  return codes;
}

const expected = {
  pipeline: 'ok, 22012, 25P02, 26000, ok; then ok',
  'no pipeline': 'ok, 22012, 25P02, 25P02, ok; then ok',
};
for (const [name, seen] of Object.entries(expected)) {
  const pipeline = name === 'pipeline';
  const client = new pg.Client({ connectionString, pipeline });
  await client.connect();
  const first = await outcomes(client, ['BEGIN', 'SELECT 1 / 0', NAMED, NAMED, 'ROLLBACK'], pipeline);
  const then = await outcomes(client, [NAMED], pipeline);
  await client.end();
  const found = `${first.join(', ')}; then ${then}`;
  console.log(name.padEnd(13), found);
  if (found !== seen) process.exitCode = 1;
}
JS
node look.mjs
