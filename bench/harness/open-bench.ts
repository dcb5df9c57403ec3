import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { works } from '../works.js';
import { type Bench, scales, shareServers, type Work } from './bench.js';
import { latest } from './contestants.js';
import { openDatabaseServer } from './database.js';
import { HELP, type Options } from './options.js';
import { openProgress, type Progress } from './progress.js';
import { regressions } from './regressions.js';
import { describeTarget, type Results, type WorkResult } from './results.js';
import { describeMachine, versions } from './surroundings.js';
import { readCommitted, writeReport } from './write-report.js';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Builds Parley, runs the works, and reports on them. Returns false if --check finds a ratio that has become worse. */
export async function openBench(options: Options): Promise<boolean> {
  const { stderr } = process;
  const progress = openProgress({ isTTY: stderr.isTTY, write: (text) => stderr.write(text) });
  const chosen = choose(options);
  // Exiting ends the servers and the embedded database too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
  const databases = await openDatabaseServer(progress);
  try {
    const database = await databases.copy(options.conversations);
    const scale = scales[options.quick ? 'quick' : 'full'];
    const shared = shareServers(database);
    const bench: Bench = { options, scale, progress, databases, database, server: shared.server };
    const machine = describeMachine();
    try {
      const measured: WorkResult[] = [];
      for (const work of chosen) measured.push(await runWork(bench, work));
      const results: Results = {
        date: new Date().toISOString(),
        machine,
        versions: await versions(databases.version, latest.file),
        conversations: options.conversations,
        quick: options.quick,
        works: measured,
      };
      if (options.check) return report(regressions(await readCommitted(), results), progress);
      const whole = !options.quick && options.only === null;
      progress.line(`Wrote ${await writeReport(results, whole)}`);
      return true;
    } finally {
      await shared.stop();
    }
  } finally {
    await databases.stop();
  }
}

/** Left out of a quick run: they would be the same as others, or take long. */
const ONLY_FULL = ['tax', 'fan-out5000', 'fan-out-groups', 'idle', 'views', 'come-back', 'wal'];

function choose({ only, growth, quick }: Options): Work[] {
  const unknown = only?.find((name) => !works.some((work) => work.name === name));
  if (unknown !== undefined) {
    throw new Error(`There is no work ${unknown}, only ${works.map(({ name }) => name).join(', ')}.\n${HELP}`);
  }
  if (only) return works.filter(({ name }) => only.includes(name));
  return works.filter(({ name }) => (name === 'growth' ? growth.length > 0 : !(quick && ONLY_FULL.includes(name))));
}

async function runWork(bench: Bench, work: Work): Promise<WorkResult> {
  const result = await work.run(bench);
  bench.progress.line(result.work);
  for (const target of result.targets) bench.progress.line(`  ${describeTarget(target)}`);
  return result;
}

function report(worse: string[], progress: Progress): boolean {
  for (const line of worse) progress.line(line);
  progress.line(
    worse.length === 0 ? 'No ratio is below 0.85 of the committed one.' : `${worse.length} ratios are worse.`,
  );
  return worse.length === 0;
}
