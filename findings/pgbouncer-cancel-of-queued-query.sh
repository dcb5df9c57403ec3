#!/usr/bin/env bash
# PgBouncer 1.18 with pool_mode=transaction: cancelling a query that waits for a session of PostgreSQL does nothing.
#
# A client whose query is queued, because all sessions are lent, sends a CancelRequest with the key that PgBouncer has given
# it. The request is taken, and the connection that carried it is closed as after every cancellation. But the query stays in
# the queue, runs as soon as a session is free, and its result is returned as if nothing had been asked for: a write is done
# although it was cancelled before it began. If the client closes its connection instead, the query leaves the queue.
# Cancelling a query that runs works as without a pooler.
#
# Output seen:
#   queued, cancelled     ok, and the row is there
#   queued, disconnected  Connection terminated, and no row is there
#   running, cancelled    57014
#
# Needs Debian's pgbouncer 1.18, which it downloads if it is not installed, and a PostgreSQL in DATABASE_URL (default:
# postgresql://postgres:postgres@127.0.0.1:5432/postgres). Fails if the behaviour changes.
set -euo pipefail
scratch=$(mktemp -d)
pid=
trap 'if [[ -n $pid ]]; then kill "$pid" 2>/dev/null || true; fi; rm -rf "$scratch"' EXIT
cd "$scratch"
pgbouncer=$(command -v pgbouncer || true)
if [[ -z $pgbouncer ]]; then
  apt-get download -qq pgbouncer
  dpkg --extract pgbouncer_*.deb .
  pgbouncer=$PWD/usr/sbin/pgbouncer
fi
"$pgbouncer" --version | grep -q '^PgBouncer 1\.18\.'
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund pg@8.23.1 >/dev/null
cat >configure.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

const { hostname, port, username, password, pathname } = new URL(
  process.env.DATABASE_URL ?? 'postgresql://postgres:postgres@127.0.0.1:5432/postgres',
);
const server = createServer().listen(0, '127.0.0.1', () => {
  const free = server.address().port;
  server.close();
  const target = `host=${hostname} port=${port || 5432} dbname=${pathname.slice(1)} user=${username} password=${password}`;
  writeFileSync(
    'pgbouncer.ini',
    `[databases]\none = ${target}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${free}\nunix_socket_dir =\n` +
      `auth_type = any\npool_mode = transaction\ndefault_pool_size = 1\nlogfile = pgbouncer.log\n`,
  );
  console.log(free);
});
JS
PORT=$(node configure.mjs)
export PORT
run=("$pgbouncer" -q pgbouncer.ini)
if [[ $(id -u) = 0 ]]; then
  chown -R nobody .
  run=(setpriv --reuid nobody --clear-groups -- "${run[@]}")
fi
"${run[@]}" &
pid=$!
cat >look.mjs <<'JS'
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const port = Number(process.env.PORT);
const table = `queued_${process.pid}`;

async function open() {
  for (let tries = 0; ; tries += 1) {
    const client = new pg.Client({ host: '127.0.0.1', port, database: 'one', user: 'any' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (tries === 50) throw error;
      await sleep(100);
    }
  }
}

/** Sends a CancelRequest with the key of a client. Resolves when the other side has closed the connection. */
function cancel({ processID, secretKey }) {
  const request = Buffer.alloc(16);
  [16, 80877102, processID, secretKey].forEach((value, index) => request.writeInt32BE(value, index * 4));
  return new Promise((resolve) => {
    connect(port, '127.0.0.1', function () {
      this.write(request);
    })
      .once('close', resolve)
      .once('error', resolve)
      .resume();
  });
}

const outcome = (query) => query.then(() => 'ok', ({ code, message }) => code ?? message.split(' unexpectedly')[0]);
const [holder, first, second] = [await open(), await open(), await open()];
await holder.query(`CREATE TABLE ${table} (name text)`);
const found = {};
try {
  const rows = async () => (await holder.query(`SELECT name FROM ${table}`)).rows.map(({ name }) => name);
  await holder.query('BEGIN');
  const one = outcome(first.query(`INSERT INTO ${table} VALUES ('cancelled')`));
  const other = outcome(second.query(`INSERT INTO ${table} VALUES ('disconnected')`));
  await sleep(500);
  await cancel(first);
  second.connection.stream.destroy();
  await sleep(500);
  await holder.query('COMMIT');
  const [ofFirst, ofSecond] = [await one, await other];
  await sleep(500);
  const there = await rows();
  found['queued, cancelled'] = `${ofFirst}, and ${there.includes('cancelled') ? 'the' : 'no'} row is there`;
  found['queued, disconnected'] = `${ofSecond}, and ${there.includes('disconnected') ? 'the' : 'no'} row is there`;
  const running = outcome(first.query('SELECT pg_sleep(20)'));
  await sleep(500);
  await cancel(first);
  found['running, cancelled'] = await running;
} finally {
  await holder.query(`DROP TABLE ${table}`);
  for (const client of [holder, first]) await client.end();
}
const expected = {
  'queued, cancelled': 'ok, and the row is there',
  'queued, disconnected': 'Connection terminated, and no row is there',
  'running, cancelled': '57014',
};
for (const [name, seen] of Object.entries(expected)) {
  console.log(name.padEnd(21), found[name]);
  if (found[name] !== seen) process.exitCode = 1;
}
JS
node look.mjs
