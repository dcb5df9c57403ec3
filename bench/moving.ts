// Measures exporting and importing a workspace beside COPY of the same rows: npm run moving -- [--conversations 100000]
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabaseServer } from './harness/database.js';
import { databaseCpu } from './harness/database-cpu.js';
import { openProgress } from './harness/progress.js';
import { copyIn, copyOut } from './moving/copy.sql.js';
import { describeStages, failures, type Stage } from './moving/report.js';
import { workspaceCommand } from './moving/workspace-command.js';

const { values } = parseArgs({
  options: { conversations: { type: 'string', default: '100000' }, connections: { type: 'string', default: '4' } },
});
const conversations = Number(values.conversations);

execFileSync('npm', ['run', '--silent', 'build'], { cwd: '..', stdio: 'inherit' });
const progress = openProgress({ isTTY: process.stderr.isTTY, write: (text) => process.stderr.write(text) });
const databases = await openDatabaseServer(progress);
const directory = await mkdtemp(path.join(tmpdir(), 'parley-moving-'));
try {
  const source = await databases.copy(conversations);
  const file = path.join(directory, 'measured.jsonl');
  const cpuOfDatabase = await databaseCpu(source.url);
  const stages: Stage[] = [];

  /** Runs what returns the CPU time of its process in milliseconds; without a result it is this process. */
  async function measure(name: string, run: () => Promise<number | undefined>): Promise<void> {
    progress.show(name);
    const cpuBefore = await cpuOfDatabase();
    const ownBefore = process.cpuUsage();
    const began = performance.now();
    const commandCpuMs = await run();
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(ownBefore);
    stages.push({
      name,
      seconds,
      databaseCpuSeconds: ((await cpuOfDatabase()) - cpuBefore) / 1000,
      commandCpuSeconds: commandCpuMs === undefined ? (user + system) / 1e6 : commandCpuMs / 1000,
    });
    progress.line(name);
  }

  await measure('COPY … TO', async () => void (await copyOut(source.url, directory)));
  await measure('export', () => workspaceCommand(source.url, ['export', 'measured', file]));
  const copied = await databases.empty('copied');
  await measure('COPY … FROM', async () => void (await copyIn(copied, directory)));
  const imported = await databases.empty('imported');
  await measure('import', () => workspaceCommand(imported, ['import', file, '--connections', values.connections]));
  process.stdout.write(`${describeStages(conversations, stages)}\n`);
  const failed = failures(stages);
  for (const failure of failed) process.stdout.write(`${failure}\n`);
  process.exitCode = failed.length > 0 ? 1 : 0;
} finally {
  await databases.stop();
  await rm(directory, { recursive: true, force: true });
}
