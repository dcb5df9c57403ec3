import type { Contestant } from './contestants.js';
import type { DatabaseServer, RunDatabase } from './database.js';
import type { Options } from './options.js';
import type { Server } from './process.js';
import type { Progress } from './progress.js';
import type { WorkResult } from './results.js';

/** How much is measured. */
export type Scale = {
  rounds: number;
  seconds: number;
  warmUpSeconds: number;
  sockets: number;
  /** For garbage to be collected. */
  settleMs: number;
};

export const scales: Record<'full' | 'quick', Scale> = {
  full: { rounds: 5, seconds: 2, warmUpSeconds: 4, sockets: 5000, settleMs: 4000 },
  quick: { rounds: 3, seconds: 0.5, warmUpSeconds: 0.6, sockets: 1000, settleMs: 1000 },
};

/** What works are measured with. */
export type Bench = {
  options: Options;
  scale: Scale;
  progress: Progress;
  databases: DatabaseServer;
  /** The database that the works share. */
  database: RunDatabase;
  /** The server of a contestant on it, which the works share too. */
  server: (contestant: Contestant) => Promise<Server>;
};

/** A kind of work that is measured. */
export type Work = { name: string; run: (bench: Bench) => Promise<WorkResult> };

/** Shares servers. `stop` stops all of them. */
export function shareServers(database: RunDatabase) {
  const servers = new Map<string, Promise<Server>>();
  return {
    server: (contestant: Contestant): Promise<Server> => {
      const started = servers.get(contestant.name) ?? contestant.start(database);
      servers.set(contestant.name, started);
      return started;
    },
    stop: async () => {
      for (const started of servers.values()) await started.then((server) => server.stop());
      servers.clear();
    },
  };
}

/** Uses a server that nobody else uses. */
export async function withServer<Result>(
  contestant: Contestant,
  database: RunDatabase,
  use: (server: Server) => Promise<Result>,
  env?: NodeJS.ProcessEnv,
): Promise<Result> {
  const server = await contestant.start(database, env);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}
