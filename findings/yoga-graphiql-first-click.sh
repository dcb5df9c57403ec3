#!/usr/bin/env bash
# GraphiQL of @graphql-yoga/render-graphiql 5.24.1, opened with several `defaultTabs`: the first click of a mouse on a tab
# other than the first and the last does nothing.
#
# The tabs keep the inline `transform: translateX(…)` of an animation with which they were put in their order. A rule of
# the page's own style, `.graphiql-tab:not(:focus-within) { transform: none !important }`, hides it until the mouse is
# pressed, which gives the tab the focus: it jumps away from under the pointer, and the release is on something else.
# A second click works. Clicks that scripts make on the element do not show it, as they do not press and release at one
# place. A page of one's own can add `.graphiql-tab { transform: none !important }`.
#
# Output seen (Chromium 156, headless; how far depends on the fonts):
#   pressed: 151 pixels away; selected after the click: One
#
# Needs Chromium as `chromium`, and nothing of the network but npm. Fails if the behaviour changes.
set -euo pipefail
command -v chromium >/dev/null || { echo 'Chromium is not installed.' >&2; exit 2; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund graphql@16.15.0 graphql-yoga@5.24.1 \
  @graphql-yoga/render-graphiql@5.24.1 playwright-core@1.65.1 >/dev/null
cat >check.mjs <<'JS'
import { createServer } from 'node:http';
import { execFileSync } from 'node:child_process';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { createSchema, createYoga } from 'graphql-yoga';
import { chromium } from 'playwright-core';

const names = ['One', 'CreateSomethingLong', 'Third', 'Last'];
const yoga = createYoga({
  schema: createSchema({ typeDefs: 'type Query { ok: Boolean }' }),
  logging: false,
  renderGraphiQL,
  graphiql: { defaultTabs: names.map((name) => ({ query: `query ${name} { ok }` })) },
});
const server = createServer(yoga).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const executablePath = execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/graphql`);
const tab = page.locator('.graphiql-tab').nth(1);
await tab.waitFor();
const before = await tab.boundingBox();
await page.mouse.move(before.x + before.width / 3, before.y + before.height / 2);
await page.mouse.down();
await page.waitForTimeout(200);
const pressed = await tab.boundingBox();
await page.mouse.up();
await page.waitForTimeout(500);
const selected = await page.locator('.graphiql-tab[aria-selected=true] .graphiql-tab-button').textContent();
console.log(`pressed: ${Math.round(pressed.x - before.x)} pixels away; selected after the click: ${selected}`);
await browser.close();
server.close();
process.exitCode = Math.abs(pressed.x - before.x) > 20 && selected === 'One' ? 0 : 1;
JS
timeout 120 node check.mjs
