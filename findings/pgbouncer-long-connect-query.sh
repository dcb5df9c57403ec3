#!/usr/bin/env bash
# PgBouncer 1.18: a connect_query of more than some 505 bytes makes every connection wait, and nothing says why.
#
# PgBouncer accepts the setting of any length. It then closes each new connection to PostgreSQL with "exec_on_connect query
# failed", without a word on its length and with nothing in PostgreSQL's log, because the query has never been sent. Clients
# wait until query_wait_timeout, two minutes by default, and read that. A handful of settings, as a program needs that cannot
# send them with each session, comes close to the limit.
#
# Output seen:
#   500 bytes  connected
#   520 bytes  query_wait_timeout; log: exec_on_connect query failed
#
# Needs Debian's pgbouncer 1.18, which it downloads if it is not installed, and a PostgreSQL in DATABASE_URL (default:
# postgresql://postgres:postgres@127.0.0.1:5432/postgres). Fails if the behaviour changes.
set -euo pipefail
scratch=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; rm -rf "$scratch"' EXIT
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
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

const bytes = process.argv[2];
const { hostname, port, username, password, pathname } = new URL(
  process.env.DATABASE_URL ?? 'postgresql://postgres:postgres@127.0.0.1:5432/postgres',
);
const server = createServer().listen(0, '127.0.0.1', () => {
  const free = server.address().port;
  server.close();
  const target = `host=${hostname} port=${port || 5432} dbname=${pathname.slice(1)} user=${username} password=${password}`;
  const query = 'SET application_name = one'.padEnd(Number(bytes));
  mkdirSync(bytes);
  writeFileSync(
    `${bytes}/pgbouncer.ini`,
    `[databases]\none = ${target} connect_query='${query}'\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${free}\n` +
      `unix_socket_dir =\nauth_type = any\npool_mode = transaction\nquery_wait_timeout = 3\nlogfile = ${bytes}/pgbouncer.log\n`,
  );
  console.log(free);
});
JS
cat >look.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const [, , bytes, port] = process.argv;
const said = 'exec_on_connect query failed';

async function outcome() {
  for (let tries = 0; ; tries += 1) {
    const client = new pg.Client({ host: '127.0.0.1', port: Number(port), database: 'one', user: 'any' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return 'connected';
    } catch (error) {
      if (error.code !== 'ECONNREFUSED') return error.message;
      if (tries === 50) throw error;
      await sleep(100);
    }
  }
}

const expected = { 500: 'connected', 520: `query_wait_timeout; log: ${said}` };
const answer = await outcome();
const found = answer + (readFileSync(`${bytes}/pgbouncer.log`, 'utf8').includes(said) ? `; log: ${said}` : '');
console.log(`${bytes} bytes `, found);
if (found !== expected[bytes]) process.exitCode = 1;
JS
for bytes in 500 520; do
  port=$(node configure.mjs "$bytes")
  run=("$pgbouncer" -q "$bytes/pgbouncer.ini")
  if [[ $(id -u) = 0 ]]; then
    chown -R nobody .
    run=(setpriv --reuid nobody --clear-groups -- "${run[@]}")
  fi
  "${run[@]}" &
  pids+=($!)
  node look.mjs "$bytes" "$port"
done
