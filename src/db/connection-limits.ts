import type { Logger } from 'pino';
import type { Read } from './read.js';

type Limits = { server: number; database: number; role: number; superuser: boolean; processes: number };

type Options = {
  /** How many connections one process may open. */
  perProcess: number;
  log: Pick<Logger, 'warn'>;
};

/** PostgreSQL's value for no limit. */
const NONE = -1;

/**
 * Warns if the processes that are connected to the database may together open more connections than PostgreSQL allows.
 * This process must be connected as `application`.
 */
export async function warnIfConnectionsShort(read: Read, application: string, options: Options): Promise<void> {
  const [found] = await read<Limits>`
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0) AS server,
      datconnlimit AS database, rolconnlimit AS role, rolsuper AS superuser,
      (SELECT count(*)::int FROM pg_stat_activity
       WHERE application_name = ${application} AND datname = current_database()) AS processes
    FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = session_user`;
  const smallest = found && smallestOf(found);
  if (!smallest) return;
  const needed = Math.max(1, found.processes) * options.perProcess;
  if (needed <= smallest.limit) return;
  const { perProcess, log } = options;
  log.warn(
    { ...smallest, processes: found.processes, perProcess },
    `Up to ${needed} connections are needed, of ${perProcess} for each process, but ${smallest.of} allows ${smallest.limit}: lower DATABASE_POOL_SIZE, or raise that limit`,
  );
}

function smallestOf({ server, database, role, superuser }: Limits): { of: string; limit: number } | undefined {
  const limits = [
    { of: 'max_connections of the server', limit: server },
    ...(superuser
      ? []
      : [
          { of: 'the CONNECTION LIMIT of the database', limit: database },
          { of: 'the CONNECTION LIMIT of the role', limit: role },
        ]),
  ];
  return limits.filter(({ limit }) => limit !== NONE).sort((one, other) => one.limit - other.limit)[0];
}
