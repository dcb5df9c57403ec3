import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keyId, keysOf, keyText } from '../domain/stored-secrets/support/keys.js';
import { RotateWebhookSecretDocument, SendTestWebhookDocument } from '../generated/operations.js';
import { eventually } from '../live/support/listen.js';
import { succeed } from '../support/act.js';
import { uuidOf } from '../support/ids.js';
import { startParley } from '../support/parley.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { makeEndpoint } from '../webhook-delivery/support/endpoints.js';
import { useReceivers } from '../webhook-delivery/support/receiver.js';
import { arrived } from '../webhook-delivery/support/world.js';
import { runToEnd, startServer, TIMEOUT } from './support/program.js';

const scratch = useScratchDatabase();
const startReceiver = useReceivers();

const run = (keys: readonly string[], ...command: [string, ...string[]]) =>
  runToEnd({
    command: ['node', ...command],
    env: { DATABASE_URL: scratch.url, SECRETS_KEY: keys.map(keyText).join(',') },
  });
const encrypt = (keys: readonly string[], ...args: string[]) => run(keys, 'dist/cli/secrets-encrypt.js', ...args);

/** A server with these keys, for the rest of the test. */
async function serve(...keys: string[]) {
  const secretKeys = keys.length === 0 ? [] : keysOf(...keys).secretKeys;
  const config = { secretKeys, worker: true, webhookAllowPrivate: true };
  const server = await startParley({ databaseUrl: scratch.url, webhookPollMs: 100, config });
  onTestFinished(() => server.stop());
  return server;
}

/** Everything that is stored of endpoints and of the server. */
async function stored(): Promise<string> {
  const rows = await scratch.rows<{ row: string }>(
    `SELECT e::text AS row FROM "WebhookEndpoint" e UNION ALL SELECT encode(value, 'escape') FROM "ServerSecret"`,
  );
  return rows.map(({ row }) => row).join('\n');
}

describe('secrets:encrypt', () => {
  it('encrypts what is stored, changes the key, and goes back, beside a server', TIMEOUT, async () => {
    const receiver = await startReceiver();
    const plain = await startParley({ databaseUrl: scratch.url, config: { webhookAllowPrivate: true } });
    const workspace = await plain.newWorkspace();
    const headers = { 'X-Token': 'hush' };
    const { id: endpointId, secret: old } = await makeEndpoint(workspace, { url: receiver.url, headers });
    const { secret } = await succeed(workspace, RotateWebhookSecretDocument, { endpointId });
    await plain.stop();
    for (const each of [old, secret, 'hush']) expect(await stored()).toContain(each);

    const server = await serve('one', 'two');
    const client = server.connect(workspace);
    const deliver = async (count: number) => {
      await succeed(client, SendTestWebhookDocument, { endpointId });
      await arrived(receiver, count);
      const last = receiver.received[count - 1];
      expect(last?.headers['x-token']).toBe('hush');
      for (const each of [old, secret]) {
        expect(new Webhook(each).verify(last?.text ?? '', last?.headers ?? {})).toEqual(last?.body);
      }
    };
    await deliver(1);

    const [one, two] = [keyId('one'), keyId('two')];
    expect(await encrypt(['one', 'two'])).toEqual({
      code: 0,
      stdout: `Encrypted 6 secrets with the key ${one}\nThe key ${two} is no longer used: remove it once no process has it first\n`,
      stderr: '',
    });
    expect(await stored()).not.toMatch(/whsec_|hush/);
    await deliver(2);
    expect((await encrypt(['one'])).stdout).toBe('Nothing to do, every secret is stored as it should be\n');

    expect((await encrypt(['two', 'one'])).stdout).toBe(
      `Re-encrypted 6 secrets with the key ${two}\nThe key ${one} is no longer used: remove it once no process has it first\n`,
    );
    expect(await stored()).not.toContain(`enc:v1:${one}`);
    await deliver(3);

    expect((await encrypt(['two'], '--decrypt')).stdout).toBe(
      `Decrypted 6 secrets\nThe key ${two} is no longer used: start all processes without it\n`,
    );
    expect(await stored()).not.toContain('enc:v1');
    await deliver(4);
  });

  it('needs every key that is in use, and says which row holds what belongs to another', TIMEOUT, async () => {
    const none = await encrypt([]);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toMatch(/^SECRETS_KEY is not set\. Usage: npm run secrets:encrypt/);

    const server = await serve('one');
    const workspace = await server.newWorkspace();
    const { id } = await makeEndpoint(workspace, { url: 'http://127.0.0.1' });
    const other = await makeEndpoint(workspace, { url: 'http://127.0.0.1' });
    const missing = await encrypt(['two']);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain(`encrypted with the key ${keyId('one')}:`);

    await scratch.rows(`UPDATE "WebhookEndpoint" SET secret = (SELECT secret FROM "WebhookEndpoint"
      WHERE id = '${uuidOf(other.id)}') WHERE id = '${uuidOf(id)}'`);
    const moved = await encrypt(['two', 'one']);
    expect(moved.code).toBe(1);
    expect(moved.stdout).toContain(`The key ${keyId('one')} is still used`);
    expect(moved.stderr).toMatch(new RegExp(`encrypted for another row: webhook endpoint ${id}\n$`));
  });

  it('a server without the key that a secret needs refuses to start, in one line', TIMEOUT, async () => {
    const running = await serve('one', 'two');
    await makeEndpoint(await running.newWorkspace(), { url: 'http://127.0.0.1' });
    const server = await run(['three'], 'dist/main.js');
    expect(server).toMatchObject({ code: 1, stdout: '' });
    expect(server.stderr).toMatch(
      /^SECRETS_KEY has only [0-9a-f]{8}, but .* encrypted with the keys? [0-9a-f]{8}.*\n$/,
    );
    const wrong = await runToEnd({ env: { DATABASE_URL: scratch.url, SECRETS_KEY: 'aGVsbG8=' } });
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toMatch(/^SECRETS_KEY is wrong: it takes 32 random bytes in base64 or hexadecimal/);
    expect(wrong.stderr).not.toContain('aGVsbG8');
  });

  it('a server that cannot read a secret says whose, and logs neither secrets nor keys', TIMEOUT, async () => {
    const LOG_LEVEL = 'trace';
    const SECRETS_KEY = ['one', 'two'].map(keyText).join(',');
    const env = { DATABASE_URL: scratch.url, WEBHOOK_ALLOW_PRIVATE: '1', SECRETS_KEY, LOG_LEVEL };
    const program = await startServer({ env });
    onTestFinished(async () => {
      await program.stop();
    });
    const beside = await serve('one', 'two');
    const workspace = await beside.newWorkspace();
    const headers = { 'X-Token': 'hush' };
    const { id: endpointId, secret } = await makeEndpoint(workspace, { url: 'http://127.0.0.1:9', headers });
    const damaged = `regexp_replace(secret, '.{20}$', repeat('A', 20))`;
    await scratch.rows(`UPDATE "WebhookEndpoint" SET secret = ${damaged} WHERE id = '${uuidOf(endpointId)}'`);
    await succeed(workspace, SendTestWebhookDocument, { endpointId });
    const said = () => program.output.stderr.includes('Cannot read the secrets of a webhook endpoint');
    await eventually(said, 'the server logs that it cannot read the secret', 30_000);
    expect(program.output.stderr).toContain(endpointId);
    for (const each of [secret, 'hush', keyText('one'), keyText('two')]) {
      expect(program.output.stderr).not.toContain(each);
    }
  });
});
