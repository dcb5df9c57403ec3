import type pg from 'pg';

export type LockWatch = {
  /** Who held the lock that was waited for last, as far as the role may see it; empty if nobody was seen. */
  holders: () => string;
  stop: () => Promise<void>;
};

const LOOK_EVERY_MS = 100;

/** Looks, over a second connection, who keeps connections of this name waiting. */
export function watchLock(watcher: pg.Client, application: string): LockWatch {
  let holders = '';
  let looking: Promise<void> = Promise.resolve();
  const look = async () => {
    const { rows } = await watcher.query<{ holder: string }>(HOLDERS, [application]);
    if (rows.length > 0) holders = rows.map(({ holder }) => holder).join(', ');
  };
  const timer = setInterval(() => {
    looking = looking.then(look).catch(() => undefined);
  }, LOOK_EVERY_MS);
  return {
    holders: () => holders,
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}

/** Not with the statement, which may contain what customers wrote. */
const HOLDERS = `
  SELECT format('process %s (%s)', pid, concat_ws(', ',
    coalesce(nullif(application_name, ''), 'without application_name'), 'role ' || usename, state,
    'in a transaction for ' || round(extract(epoch FROM clock_timestamp() - xact_start)) || ' s')) AS holder
  FROM pg_stat_activity WHERE pid IN (
    SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity
    WHERE application_name = $1 AND datname = current_database())
  ORDER BY xact_start`;
