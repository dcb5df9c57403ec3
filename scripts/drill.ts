// npm run drill                    kills what an installation consists of, one after the other, and says what was lost
// npm run drill -- --only failover one of them
// npm run drill -- --quick         as little load as possible
// npm run drill -- --root DIR      of the server that is built there, rather than here
// Exits with 1 if something was lost. Everything runs on clusters and ports of its own.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../src/lib/error-info.js';
import { noClusters, versionOfClusters } from '../test/support/cluster.js';
import { failover } from './drill/failover.js';
import { killServer } from './drill/kill-server.js';
import { killWorker } from './drill/kill-worker.js';
import { versionOf } from './drill/programs.js';
import { restartRedis } from './drill/restart-redis.js';
import { rollingRestart } from './drill/rolling-restart.js';
import { isKept, type Scenario } from './drill/scenario.js';
import { waitingMigration } from './drill/waiting-migration.js';
import { INTERRUPTED, inWorld } from './drill/world.js';

const scenarios: readonly Scenario[] = [
  killServer,
  failover,
  restartRedis,
  killWorker,
  rollingRestart,
  waitingMigration,
];
const names = scenarios.map(({ name }) => name);

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    root: { type: 'string', default: path.resolve(import.meta.dirname, '..') },
    help: { type: 'boolean' },
  },
});

if (values.help) {
  process.stdout.write(`npm run drill -- [--only ${names.join('|')}] [--quick] [--root DIRECTORY]\n`);
} else if (values.only !== undefined && !names.includes(values.only)) {
  process.stderr.write(`--only is ${JSON.stringify(values.only)}: it takes ${names.join(', ')}\n`);
  process.exitCode = 2;
} else {
  const kept = await drill(scenarios.filter(({ name }) => [undefined, name].includes(values.only)));
  // The clients of a scenario that failed are still at work.
  process.exit(kept ? 0 : 1);
}

async function drill(chosen: readonly Scenario[]): Promise<boolean> {
  const rows: string[][] = [];
  let kept = true;
  for (const scenario of chosen) {
    const missing = noClusters ?? scenario.missing;
    if (missing !== undefined) {
      rows.push([scenario.killed, `skipped: ${missing}`, '', '', '', '']);
      continue;
    }
    process.stderr.write(`${scenario.name} …\n`);
    try {
      const outcome = await inWorld(values, scenario.run);
      const { acknowledged, lost, failed, sockets, awayMs } = outcome;
      kept &&= isKept(scenario, outcome);
      const counts = [acknowledged, lost, failed].map(String);
      rows.push([
        scenario.killed,
        ...counts,
        `${sockets.resumed} of ${sockets.all}`,
        `${(awayMs / 1000).toFixed(2)} s`,
      ]);
    } catch (error) {
      kept = false;
      if (messageOf(error) === INTERRUPTED) break;
      rows.push([scenario.killed, `failed: ${messageOf(error)}`, '', '', '', '']);
    }
  }
  const head = ['What was killed', 'Acknowledged', 'Lost', 'Failed', 'Sockets resumed', 'Served again within'];
  process.stdout.write(`${table([head, ...rows])}\n\n${versions()}\n`);
  return kept;
}

/** A table of Markdown. */
function table(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function versions(): string {
  const found = {
    'Node.js': process.versions.node,
    PostgreSQL: versionOfClusters(),
    Redis: versionOf('redis-server', '--version'),
    HAProxy: versionOf('haproxy', '-v'),
  };
  return Object.entries(found)
    .map(([name, version]) => `${name} ${version ?? 'missing'}`)
    .join(', ');
}
