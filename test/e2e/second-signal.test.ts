import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { expect, it } from 'vitest';
import { expectNoPostgresBelow } from './support/postgres-processes.js';
import { startServer, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
// Its body never comes; that the server answers «100 Continue» shows that it waits for it.
const REQUEST = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n';

it('a server waiting for a request to end stops immediately on a second signal', TIMEOUT, async () => {
  const server = await startServer({ env: { DATA_DIR: path.join(directory(), 'data'), DEMO: 'off' } });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(REQUEST));
  socket.on('error', () => undefined);
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 100 /);
  const impatient = setInterval(() => server.process.kill('SIGINT'), 300);
  const { code } = await server.ended;
  clearInterval(impatient);
  socket.destroy();
  expect(code).toBe(1);
  await expectNoPostgresBelow(directory());
});
