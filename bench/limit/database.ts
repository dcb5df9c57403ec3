// The limit: node:http and bare `pg`, one prepared statement for a read, and one transaction of plain statements for a
// write.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';
import { readEvents } from './events.sql.js';
import { readMissed } from './missed.sql.js';
import { reads } from './reads.sql.js';
import { sendMessage } from './send.sql.js';
import { announce, bodyOf } from './serve.js';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL ?? '', max: 20 });

async function read(name: string, authorization: string, body: string): Promise<string> {
  const statement = reads[name];
  if (!statement) throw new Error(`There is no read ${name}.`);
  const hash = createHash('sha256').update(authorization.slice('Bearer '.length)).digest();
  const values = [hash, JSON.parse(body)[statement.parameter]];
  const { rows } = await pool.query<{ json: string }>({ name, text: statement.text, values });
  return rows[0]?.json ?? '{"data":null}';
}

async function answer(name: string, authorization: string, body: string): Promise<string> {
  if (name === 'send') return JSON.stringify(await sendMessage(pool, JSON.parse(body)));
  if (name === 'events') return JSON.stringify(await readEvents(pool, JSON.parse(body)));
  if (name === 'missed') return readMissed(pool, JSON.parse(body));
  return read(name, authorization, body);
}

announce(
  createServer((request, response) => {
    const { url = '', headers } = request;
    bodyOf(request)
      .then((body) => answer(url.slice(1), headers.authorization ?? '', body))
      .then(
        (json) => response.writeHead(200, { 'content-type': 'application/json' }).end(json),
        (error) => response.writeHead(500).end(String(error)),
      );
  }),
);
