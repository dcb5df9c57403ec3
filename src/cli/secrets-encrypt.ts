import { parseArgs } from 'node:util';
import { type Config, loadConfig } from '../config.js';
import { openDatabase } from '../db/client.js';
import { bringUpToDate } from '../db/migrate.js';
import { assertKeysAtHand } from '../domain/stored-secrets/assert-keys-at-hand.js';
import { type Form, type Rewriting, rewriteStoredSecrets } from '../domain/stored-secrets/rewrite-stored-secrets.js';
import { usedKeyIds } from '../domain/stored-secrets/used-keys.sql.js';
import { exitOnInterrupt, runProgram, StartError } from '../lib/program.js';
import { createSecretBox } from '../lib/secret-box.js';
import { onWait, parseOrExplain, usageError, withDatabase } from './command.js';

const USAGE = 'npm run secrets:encrypt [-- --decrypt]';
const HELP = `${USAGE}

Encrypts the secrets in the configured database (DATABASE_URL, or the embedded one in DATA_DIR) with the first key of
SECRETS_KEY: those that are stored in plain text, and those under its other keys. Servers may run beside it, and it may be
interrupted and repeated.

  --decrypt  store all secrets in plain text instead
`;

await runProgram(async () => {
  exitOnInterrupt();
  const { values } = parseOrExplain(USAGE, () =>
    parseArgs({ options: { decrypt: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } }),
  );
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  await run(loadConfig(), values.decrypt ? 'plain' : 'encrypted');
});

async function run(config: Config, form: Form): Promise<void> {
  const secretBox = createSecretBox(config.secretKeys);
  if (secretBox.keyIds.length === 0) throw usageError('SECRETS_KEY is not set.', USAGE);
  const { unreadable } = await withDatabase(config, async (url) => {
    await bringUpToDate(url, { migrate: config.migrate, onWait });
    const { prisma, read, close } = openDatabase({ url, poolSize: 1 });
    try {
      await assertKeysAtHand(read, secretBox);
      const rewriting = await rewriteStoredSecrets(prisma, secretBox, form);
      process.stdout.write(report(rewriting, secretBox.keyIds, await usedKeyIds(read), form));
      return rewriting;
    } finally {
      await close();
    }
  });
  if (unreadable.length > 0) {
    throw new StartError(
      `Left as they are, because they were damaged or encrypted for another row: ${unreadable.join(', ')}`,
    );
  }
}

function report({ changes }: Rewriting, keyIds: readonly string[], used: readonly string[], form: Form): string {
  const counted = [
    ...(changes.encrypted > 0 ? [`Encrypted ${secrets(changes.encrypted)} with the key ${keyIds[0]}`] : []),
    ...(changes['re-encrypted'] > 0
      ? [`Re-encrypted ${secrets(changes['re-encrypted'])} with the key ${keyIds[0]}`]
      : []),
    ...(changes.decrypted > 0 ? [`Decrypted ${secrets(changes.decrypted)}`] : []),
  ];
  const old = form === 'plain' ? keyIds : keyIds.slice(1);
  const advice = form === 'plain' ? 'start all processes without it' : 'remove it once no process has it first';
  const lines = [
    ...(counted.length > 0 ? counted : ['Nothing to do, every secret is stored as it should be']),
    ...old.map((id) =>
      used.includes(id)
        ? `The key ${id} is still used: run this again once no process has it first`
        : `The key ${id} is no longer used: ${advice}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function secrets(count: number): string {
  return count === 1 ? '1 secret' : `${count} secrets`;
}
