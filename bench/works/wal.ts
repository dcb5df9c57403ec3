import { type Work, withServer } from '../harness/bench.js';
import { type Contestant, latest, limit, parley } from '../harness/contestants.js';
import { withClient } from '../harness/database.js';
import { send } from '../harness/load.js';
import { type Row, targetOf } from '../harness/results.js';
import { createBareTables } from './bare-tables.sql.js';
import { keyIn, sends } from './send.js';

const WAL = 'WAL';
const CONVERSATIONS = 100;
const WARM_UP_ROUNDS = 3;
const ROUNDS = 4;
const ATTEMPTS = 3;

type Position = { lsn: string; checkpoint: string };

async function positionOf(url: string): Promise<Position> {
  const { rows } = await withClient(url, (client) =>
    client.query(
      'SELECT pg_current_wal_insert_lsn()::text AS lsn, redo_lsn::text AS checkpoint FROM pg_control_checkpoint()',
    ),
  );
  return rows[0];
}

async function bytesBetween(url: string, from: Position, to: Position): Promise<number> {
  const { rows } = await withClient(url, (client) =>
    client.query('SELECT pg_wal_lsn_diff($1, $2)::float8 AS bytes', [to.lsn, from.lsn]),
  );
  return rows[0].bytes;
}

export const wal: Work = {
  name: 'wal',
  run: async (bench) => {
    const { database, progress } = bench;
    const { url, scene } = database;
    const keyId = await keyIn(url);
    progress.show('wal: copying tables');
    await withClient(url, createBareTables);
    const conversations = scene.openConversations.slice(0, CONVERSATIONS);

    async function measure(contestant: Contestant): Promise<number> {
      return withServer(contestant, database, async (server) => {
        const next = sends(contestant, scene, keyId, conversations);
        const sendRounds = async (rounds: number) => {
          for (let sent = 0; sent < rounds * CONVERSATIONS; sent += 1) await send(server.url, next());
        };
        for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
          progress.show(`wal: ${contestant.name}`);
          // After a checkpoint the first change of a page writes all of it: these are to be over.
          await sendRounds(WARM_UP_ROUNDS);
          const before = await positionOf(url);
          await sendRounds(ROUNDS);
          const after = await positionOf(url);
          if (after.checkpoint === before.checkpoint) {
            return (await bytesBetween(url, before, after)) / (ROUNDS * CONVERSATIONS);
          }
        }
        throw new Error('There was a checkpoint during each attempt.');
      });
    }

    const bare: Contestant = {
      ...limit(latest),
      name: 'limit, on tables with few indexes',
      start: (on) => limit(latest).start(on, { PGOPTIONS: '-c search_path=bare,public' }),
    };
    const rows: Row[] = [];
    for (const contestant of [parley(latest), limit(latest), bare]) {
      rows.push({ contestant: contestant.name, values: { [WAL]: await measure(contestant) } });
    }
    return {
      work: 'wal',
      title: 'WAL written by one sendMessage',
      measures: [{ name: WAL, unit: 'bytes', better: 'less' }],
      rows,
      targets: [targetOf(rows, [WAL, `Parley, ${latest.name}`, bare.name], 'less', 1.5)],
      notes: [
        `${ROUNDS * CONVERSATIONS} messages to ${CONVERSATIONS} conversations, one after another, with whole pages written before. Few indexes: those of works/bare-tables.sql.ts.`,
      ],
    };
  },
};
