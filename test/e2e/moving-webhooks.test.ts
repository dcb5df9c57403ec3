import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { keyId, keysOf, keyText } from '../domain/stored-secrets/support/keys.js';
import { say } from '../support/conversations.js';
import { makeConversation } from '../support/make.js';
import { startParley } from '../support/parley.js';
import { makeEndpoint } from '../webhook-delivery/support/endpoints.js';
import { useReceivers } from '../webhook-delivery/support/receiver.js';
import { arrived, settled, types } from '../webhook-delivery/support/world.js';
import { usePlace } from './support/moving.js';
import { runToEnd, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const source = usePlace(directory, 'source');
const target = usePlace(directory, 'target');
const startReceiver = useReceivers();

it(
  'a workspace that moves for good goes on sending webhooks with the next event, by the same key',
  TIMEOUT,
  async () => {
    const receiver = await startReceiver();
    const serve = async (databaseUrl: string, keys: string[], worker: boolean, uploads: string) => {
      const config = { ...keysOf(...keys), worker, webhookAllowPrivate: true };
      const server = await startParley({
        databaseUrl,
        webhookPollMs: 100,
        config: { ...config, uploads: { kind: 'local', directory: uploads } },
      });
      onTestFinished(() => server.stop());
      return server;
    };
    const from = await serve(source.url, ['one'], false, source.uploads());
    const workspace = await from.newWorkspace('Moved');
    const { id: endpointId, secret } = await makeEndpoint(workspace, {
      url: receiver.url,
      headers: { 'X-Token': 'hush' },
    });
    const { id: conversationId } = await makeConversation(workspace);
    await say(workspace, conversationId, { text: 'Said before' });
    const file = path.join(directory(), 'moved.jsonl');
    expect((await source.command('export', 'moved', file)).code).toBe(0);
    const exported = await readFile(file, 'utf8');
    expect([exported.includes('"hush"'), exported.includes(secret)]).toEqual([false, false]);

    const importWith = (...keys: string[]) =>
      runToEnd({
        command: ['node', 'dist/cli/workspace.js', 'import', file, '--keep-webhooks'],
        env: { ...target.environment(), SECRETS_KEY: keys.map(keyText).join(',') },
      });
    const refused = await importWith('two');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toBe(
      `Secrets in the file are encrypted with the key ${keyId('one')}, which SECRETS_KEY lacks: add it after the others.\n`,
    );
    expect((await importWith('two', 'one')).code).toBe(0);

    const to = await serve(target.url, ['two', 'one'], true, target.uploads());
    const moved = to.connect(workspace);
    await say(moved, conversationId, { text: 'Said after' });
    await arrived(receiver, 1);
    await settled(to, moved, endpointId);
    expect(types(receiver)).toEqual(['message.added']);
    const [delivery] = receiver.received;
    expect(delivery?.text).toContain('Said after');
    expect(delivery?.headers['x-token']).toBe('hush');
    expect(() => new Webhook(secret).verify(delivery?.text ?? '', delivery?.headers ?? {})).not.toThrow();
  },
);
