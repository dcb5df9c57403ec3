import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import pg from 'pg';
import { afterEach, expect, inject, it, onTestFinished, vi } from 'vitest';
import { isUnavailable } from '../../src/db/outage.js';
import { resultOf } from '../../src/db/send-statement.js';

afterEach(() => void vi.useRealTimers());

/** A client of a server that takes connections and never answers. */
async function clientOfSilence(): Promise<pg.Client> {
  const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port }: Pick<AddressInfo, 'port'> = Object(server.address());
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'parley', password: 'parley' });
  client.on('error', () => undefined);
  client.connect().catch(() => undefined);
  await once(client.connection.stream, 'connect');
  return client;
}

it('a statement that is not answered within 40 seconds fails, and gives its connection up', async () => {
  const client = await clientOfSilence();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const outcome = resultOf(client, { text: 'SELECT 1' }).catch((error: unknown) => error);
  vi.advanceTimersByTime(39_999);
  expect(client.connection.stream.destroyed).toBe(false);
  vi.advanceTimersByTime(1);
  const error = await outcome;
  expect(error).toMatchObject({ message: 'Query read timeout' });
  expect(isUnavailable(error)).toBe(true);
  expect(client.connection.stream.destroyed).toBe(true);
});

it('an error says who has sent the statement, which stays as it was', async () => {
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  onTestFinished(() => client.end());
  const statement = { text: 'SELECT 1 / $1::int', values: [0] };
  const sendZero = async () => (await resultOf(client, statement)).rows;
  const error: unknown = await sendZero().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: '22012', stack: expect.stringContaining('sendZero') });
  expect(statement).toEqual({ text: 'SELECT 1 / $1::int', values: [0] });
  expect((await resultOf(client, { text: 'SELECT 1 AS one' })).rows).toEqual([{ one: 1 }]);
});
