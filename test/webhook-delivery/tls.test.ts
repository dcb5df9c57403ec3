import { afterAll, describe, expect, it } from 'vitest';
import { type Program, start, TIMEOUT } from '../e2e/support/program.js';
import { SendTestWebhookDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { certificateFile } from './support/certificate.js';
import { deliveryThat, makeEndpoint } from './support/endpoints.js';
import { useReceivers } from './support/receiver.js';

const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url, config: { webhookAllowPrivate: true } });
const workspace = useFreshWorkspace(parley);
const startReceiver = useReceivers();
let worker: Program | undefined;
afterAll(() => worker?.stop('SIGKILL'));

/** Delivers what waits, in a process that trusts these certificates besides the public ones. */
async function deliver(certificates: NodeJS.ProcessEnv = {}): Promise<void> {
  await worker?.stop('SIGKILL');
  const env = { DATABASE_URL: database.url, WEBHOOK_ALLOW_PRIVATE: '1', ...certificates };
  worker = await start({ env, command: ['node', 'dist/worker.js'] });
}

const tried = (endpointId: string) => deliveryThat(workspace, endpointId, 1, { timeout: 50_000, interval: 50 });

/** An endpoint, with a test event that waits for it. */
async function waiting(url: string): Promise<string> {
  const { id } = await makeEndpoint(workspace, { url });
  await succeed(workspace, SendTestWebhookDocument, { endpointId: id });
  return id;
}

describe('a receiver with HTTPS', () => {
  it('gets its webhooks if its certificate is trusted and matches its name', TIMEOUT, async () => {
    const receiver = await startReceiver(undefined, { protocol: 'https' });
    const named = await waiting(receiver.url);
    const unnamed = await waiting(receiver.url.replace('localhost', '127.0.0.1'));
    await deliver({ NODE_EXTRA_CA_CERTS: certificateFile });
    expect(await tried(named)).toMatchObject({ status: 'SUCCEEDED', statusCode: 204, errorMessage: null });
    const { status, statusCode, errorMessage } = await tried(unnamed);
    expect([status, statusCode]).toEqual(['PENDING', null]);
    expect(errorMessage).toMatch(/^The connection failed: .*not match certificate's altnames/);
    expect(receiver.received.map(({ headers }) => headers.host)).toEqual([new URL(receiver.url).host]);
  });

  it('gets nothing if its certificate is not trusted', TIMEOUT, async () => {
    const receiver = await startReceiver(undefined, { protocol: 'https' });
    const endpointId = await waiting(receiver.url);
    await deliver();
    const { status, statusCode, errorMessage } = await tried(endpointId);
    expect([status, statusCode]).toEqual(['PENDING', null]);
    expect(errorMessage).toBe('The connection failed: self-signed certificate');
    expect(receiver.received).toEqual([]);
  });
});
