import { latest, runtimes } from '../harness/contestants.js';
import { type Row, type Target, targetOf } from '../harness/results.js';
import { CPU } from '../harness/rounds.js';

const PARLEY = `Parley, ${latest.name}`;

/** CPU of Parley to that of another contestant on the same Node. */
export const cpuTo = (rows: Row[], other: string, target: number): Target =>
  targetOf(rows, [CPU, PARLEY, `${other}, ${latest.name}`], 'less', target);

/** CPU of Parley on the older Node to that on the latest. */
export function cpuOnOlder(rows: Row[], target: number): Target[] {
  const older = runtimes[1];
  return older ? [targetOf(rows, [CPU, `Parley, ${older.name}`, PARLEY], 'less', target)] : [];
}
