import type { Database } from '../db/client.js';
import type { Read, Value } from '../db/read.js';
import type { Standby } from './standby.js';

/** A standby as one operation reads from it. */
export type Lease = {
  standby: Standby;
  /** In place of the database. It only reads. */
  database: Database;
  /** Why the first statement failed; undefined if none has. */
  failure: () => unknown;
};

/** Lends a standby to an operation. */
export function lend(standby: Standby, primary: Database): Lease {
  let failure: unknown;
  const noting =
    (read: Read): Read =>
    async <Row>(strings: TemplateStringsArray, ...values: Value[]) => {
      try {
        return await standby.whileUsed(read<Row>(strings, ...values));
      } catch (error) {
        failure ??= error;
        throw error;
      }
    };
  const { read, readWritten, lookUp } = standby.reads;
  return {
    standby,
    database: {
      ...primary,
      read: noting(read),
      readWritten: noting(readWritten),
      lookUp: noting(lookUp),
      prisma: new Proxy(primary.prisma, { get: refuse }),
      transaction: refuse,
    },
    failure: () => failure,
  };
}

/** Otherwise one operation would see two states. */
function refuse(): never {
  throw new Error('What is read from a replica is read by the driver, outside of transactions.');
}
