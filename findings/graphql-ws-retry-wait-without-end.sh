#!/usr/bin/env bash
# graphql-ws 6.4.2: the wait before a client connects again doubles without an end.
#
# A client for subscriptions that have to survive any outage sets `retryAttempts: Infinity`, as the default of 5 gives up
# within a minute and a half. The default `retryWait` starts with a second, doubles with each try, and adds up to three
# seconds: the wait before the twelfth try is over half an hour, and before the seventeenth over 18 hours, long after the
# server is back. It is not counted by time: a laptop that tries while it is offline uses them up. What helps: a `retryWait`
# of one's own with a limit, whose wait also ends with the browser's event `online`.
#
# Output seen, the wait before each try in seconds without the random part:
#   1 2 4 8 16 32 64 128 256 512 1024 2048
#
# Fails if the behaviour changes.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund graphql@16.15.0 graphql-ws@6.4.2 ws@8.23.0 >/dev/null
cat >look.mjs <<'JS'
import { createServer } from 'node:net';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

// A port that nobody listens on.
const server = createServer().listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const { port } = server.address();
await new Promise((resolve) => server.close(resolve));

// What is waited for is written down instead.
const waits = [];
const { setTimeout: later } = globalThis;
globalThis.setTimeout = (callback, ms, ...rest) => {
  if (ms >= 1000) waits.push(ms);
  return later(callback, ms >= 1000 ? 0 : ms, ...rest);
};

const client = createClient({
  url: `ws://127.0.0.1:${port}`,
  webSocketImpl: WebSocket,
  retryAttempts: 12,
  shouldRetry: () => true,
});
await new Promise((resolve) => {
  client.subscribe({ query: 'subscription { a }' }, { next: resolve, error: resolve, complete: resolve });
});
const JITTER_MS = 3000;
const seconds = waits.map((ms, tries) => (ms - 1000 * 2 ** tries <= JITTER_MS ? 2 ** tries : ms / 1000)).join(' ');
console.log(seconds);
process.exit(seconds === '1 2 4 8 16 32 64 128 256 512 1024 2048' ? 0 : 1);
JS
node look.mjs
