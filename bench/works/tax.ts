import type { Work } from '../harness/bench.js';
import { latest, parleyWithout } from '../harness/contestants.js';
import { type Row, targetOf } from '../harness/results.js';
import { alternate, CPU, operationMeasures } from '../harness/rounds.js';
import { inboxOf50 } from './inbox.js';
import { requestsOf } from './read-work.js';

const CONNECTIONS = 4;

const everything = parleyWithout(latest, 'log, metrics, cost and request ids', 'record,cost,scope');
const contestants = [
  parleyWithout(latest, '', ''),
  parleyWithout(latest, 'log lines', '', { LOG_LEVEL: 'warn' }),
  parleyWithout(latest, 'log lines and metrics', 'record'),
  parleyWithout(latest, 'cost and rate limits', 'cost'),
  parleyWithout(latest, 'request ids and whose reads they are', 'scope'),
  everything,
];

/** What is paid for on every request and gives no answer: measured by doing without each. */
export const tax: Work = {
  name: 'tax',
  run: async (bench) => {
    const entries = contestants.map((contestant) => ({
      contestant,
      next: requestsOf(inboxOf50, contestant, bench.database.scene),
    }));
    const rows: Row[] = await alternate(bench, 'tax', entries, CONNECTIONS);
    return {
      work: 'tax',
      title: 'Inbox of 50 without what answers nothing',
      measures: [...operationMeasures],
      rows,
      targets: [targetOf(rows, [CPU, contestants[0]?.name ?? '', everything.name], 'less', 1.1)],
      notes: [
        `${CONNECTIONS} connections. The server is the built one, with modules that do nothing in place of some.`,
      ],
    };
  },
};
