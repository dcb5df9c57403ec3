import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Config } from '../../config.js';
import { exportWorkspace } from '../../domain/workspaces/moving/export-workspace.js';
import { findWorkspace } from '../../domain/workspaces/moving/find-workspace.sql.js';
import type { Counts } from '../../domain/workspaces/moving/tables.js';
import { messageOf } from '../../lib/error-info.js';
import { StartError } from '../../lib/program.js';
import { openStore, withConnection } from './connect.js';
import { inWords, terminalProgress } from './progress.js';

type Options = { workspace: string; file: string | undefined; files: boolean; json: boolean };

/** Writes a workspace to a file or to standard output, and returns what to print. */
export async function exportToFile(config: Config, { workspace, file, files, json }: Options): Promise<string> {
  const store = files ? await openStore(config) : null;
  const progress = terminalProgress();
  const ended: { counts: Counts; missing: readonly string[] } = { counts: {}, missing: [] };
  const target = await withConnection(config, async (client) => {
    const name = file ?? `${path.basename((await findWorkspace(client, workspace)).slug)}.jsonl`;
    const bytes = exportWorkspace({
      client,
      store,
      workspace,
      ...(progress && { onProgress: (done, all) => progress.show(all && done / all, `${done} of ${all} rows`) }),
      onEnd: (counts, missing) => Object.assign(ended, { counts, missing }),
    });
    await (name === '-' ? writeTo(process.stdout, bytes) : writeFile(name, bytes));
    return name;
  }).finally(() => progress?.end());
  await store?.close();
  const { counts, missing } = ended;
  if (missing.length > 0) {
    process.stderr.write(
      `${missing.length} files are not in the store and left out: ${missing.slice(0, 3).join(', ')}\n`,
    );
  }
  const report = json ? `${JSON.stringify({ file: target, counts })}\n` : `Exported to ${target}: ${inWords(counts)}\n`;
  if (target !== '-') return report;
  process.stderr.write(report);
  return '';
}

/** Writes a new file, which is there under its name once it is complete. Only this user may read it. */
async function writeFile(file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists) throw new StartError(`The file ${file} exists. Choose another, or remove it.`);
  // Of a name that nobody can have made before, to read along.
  const partial = `${file}.${randomUUID()}.partial`;
  const stream = createWriteStream(partial, { flags: 'wx', mode: 0o600, highWaterMark: 1024 * 1024 });
  try {
    await once(stream, 'open').catch((cause: unknown) => {
      throw new StartError(`The file ${file} cannot be written (${messageOf(cause)}).`, { cause });
    });
    await writeTo(stream, bytes);
    stream.end();
    await finished(stream);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function writeTo(stream: Writable, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of bytes) {
    if (!stream.write(chunk)) await once(stream, 'drain');
  }
  // The last write may be under way when the process exits.
  await new Promise<void>((resolve, reject) => stream.write('', (error) => (error ? reject(error) : resolve())));
}
