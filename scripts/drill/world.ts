import { migrate } from '../../src/db/migrate.js';
import { type Announcement, type Program, start } from '../../test/e2e/support/program.js';
import { newWorkspace, type Workspace } from '../../test/faults/support/log-rows.js';
import { eventually } from '../../test/live/support/listen.js';
import { type Cluster, openClusters } from '../../test/support/cluster.js';

type Server = Program & Announcement;

/** What a scenario has to itself: clusters, processes and whatever else is stopped after it. */
export type World = {
  /** Whether it should take as little time as possible. */
  quick: boolean;
  newCluster: () => Promise<Cluster>;
  /** A migrated cluster with a workspace. */
  newDatabase: () => Promise<{ cluster: Cluster; workspace: Workspace }>;
  startServer: (env: NodeJS.ProcessEnv) => Promise<Server>;
  startWorker: (env: NodeJS.ProcessEnv) => Promise<Program>;
  /** Has something stopped after the scenario, last first. */
  later: (stop: () => unknown) => void;
};

/** How long anything may take on a machine that is busy with others; it is lost then. */
export const PATIENCE_MS = 300_000;

/** What the error says where the operator has interrupted a scenario. */
export const INTERRUPTED = 'Interrupted';

/** On which everything that was started is ended. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

type Options = {
  quick: boolean;
  /** Where the built server is installed. */
  root: string;
};

/** Runs work in a world of its own, which is gone afterwards. */
export async function inWorld<T>({ quick, root }: Options, work: (world: World) => Promise<T>): Promise<T> {
  const stops: (() => unknown)[] = [];
  const clusters = await openClusters();
  const launch = async (file: string, env: NodeJS.ProcessEnv) => {
    const program = await start({ root, command: ['node', file], env: { LOG_LEVEL: 'warn', ...env } });
    stops.push(() => program.stop('SIGKILL'));
    return program;
  };
  const world: World = {
    quick,
    newCluster: clusters.newCluster,
    newDatabase: async () => {
      const cluster = await clusters.newCluster();
      await migrate(cluster.url);
      return { cluster, workspace: await newWorkspace(cluster.url) };
    },
    startServer: async (env) => {
      const program = await launch('dist/main.js', env);
      return { ...program, ...(await program.announced) };
    },
    startWorker: async (env) => {
      const program = await launch('dist/worker.js', env);
      await eventually(
        () => program.output.stdout.includes('The worker of Parley runs'),
        `a worker (${program.output.stderr})`,
        PATIENCE_MS,
      );
      return program;
    },
    later: (stop) => stops.push(stop),
  };
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new Error(INTERRUPTED));
  for (const signal of SIGNALS) process.once(signal, interrupt);
  const interrupted = new Promise<never>((_, reject) => {
    interruption.signal.addEventListener('abort', () => reject(interruption.signal.reason));
  });
  try {
    return await Promise.race([work(world), interrupted]);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
    for (const stop of stops.reverse()) await stop();
    await clusters.remove();
  }
}
