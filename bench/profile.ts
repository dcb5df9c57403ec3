// Profiles Parley while it answers a question of the benchmark: npm run profile -- inbox50 [seconds]
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { latest, parley } from './harness/contestants.js';
import { openDatabaseServer } from './harness/database.js';
import { load, type Request } from './harness/load.js';
import { openProgress } from './harness/progress.js';
import type { Scene } from './harness/scene.js';
import { statementsDuring } from './harness/statements.js';
import { summarize } from './harness/summarize-profile.js';
import { inboxOf50 } from './works/inbox.js';
import { row } from './works/one-row.js';
import { pageOf50 } from './works/page.js';
import { requestsOf } from './works/read-work.js';
import { sends } from './works/send.js';

const SECONDS = 10;
const WARM_UP_SECONDS = 5;
const CONNECTIONS = 4;
const CONVERSATIONS = 20_000;

const contestant = parley(latest);
const questions: Record<string, (scene: Scene) => () => Request> = {
  inbox50: (scene) => requestsOf(inboxOf50, contestant, scene),
  page: (scene) => requestsOf(pageOf50, contestant, scene),
  row: (scene) => requestsOf(row, contestant, scene),
  send: (scene) => sends(contestant, scene, '', scene.openConversations),
};

const [name = '', seconds = String(SECONDS)] = process.argv.slice(2);
const question = questions[name];
if (!question) throw new Error(`npm run profile -- ${Object.keys(questions).join('|')} [seconds]`);

execFileSync('npm', ['run', '--silent', 'build'], { cwd: '..', stdio: 'inherit' });
const progress = openProgress({ isTTY: process.stderr.isTTY, write: (text) => process.stderr.write(text) });
const databases = await openDatabaseServer(progress);
const directory = await mkdtemp(path.join(tmpdir(), 'parley-profile-'));
try {
  const database = await databases.copy(CONVERSATIONS);
  const next = question(database.scene);
  const options = `--cpu-prof --cpu-prof-dir=${directory} --cpu-prof-interval=200`;
  const server = await contestant.start(database, { NODE_OPTIONS: options });
  await load(server.url, { next, connections: CONNECTIONS, seconds: WARM_UP_SECONDS });
  const cpu = await server.cpuMs();
  const { latencies } = await load(server.url, { next, connections: CONNECTIONS, seconds: Number(seconds) });
  const used = ((await server.cpuMs()) - cpu) / latencies.length;
  process.stdout.write(`# ${name}: ${used.toFixed(2)} ms of CPU per operation, profiled\n\n`);
  await server.stop();
  for (const file of await readdir(directory)) {
    process.stdout.write(summarize(await readFile(path.join(directory, file), 'utf8'), Number(seconds)));
  }
  process.stdout.write(`\n## SQL of one operation\n\n${await statementsDuring(contestant, database, next)}`);
} finally {
  await rm(directory, { recursive: true, force: true });
  await databases.stop();
}
