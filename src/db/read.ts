import pg from 'pg';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { Query } from './shared-statements.js';

export type Value = Parameters<typeof Prisma.sql>[1];

/** Runs one SELECT outside of transactions. Its values are those that Prisma gives: Date, bigint, parsed JSON. */
export type Read = <Row>(strings: TemplateStringsArray, ...values: Value[]) => Promise<Row[]>;

const INT8 = 20;
const TIMESTAMPTZ = 1184;

/** A time as PostgreSQL writes it in UTC: 2026-01-31 12:00:00.123+00. */
const UTC_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00$/;

function timeOf(text: string): Date {
  if (UTC_TIME.test(text)) return new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
  throw new Error('A time is not in UTC.');
}

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (oid === TIMESTAMPTZ) return timeOf;
    if (oid === INT8) return BigInt;
    return pg.types.getTypeParser(oid, format);
  },
};

/** A statement as the driver takes it. */
export type StatementOf = (sql: Prisma.Sql) => pg.QueryConfig;

/** Creates what makes statements for the driver, with a name for each text. */
export function createStatements(nameOf: (statement: { sql: string }) => string): StatementOf {
  return ({ text, values }) => ({ text, values, name: nameOf({ sql: text }), types });
}

/**
 * Reads by the driver alone. On the way through Prisma, a page of rows would take more time than the rest of its request.
 */
export function createRead(query: Query, statementOf: StatementOf): Read {
  return async <Row>(strings: TemplateStringsArray, ...values: Value[]) => {
    const { rows }: { rows: Row[] } = await query(statementOf(Prisma.sql(strings, ...values)));
    return rows;
  };
}

/** Reads in a transaction, for what is read in one and outside of one. */
export function readIn(tx: Pick<PrismaClient, '$queryRaw'>): Read {
  return <Row>(strings: TemplateStringsArray, ...values: Value[]) => tx.$queryRaw<Row[]>(strings, ...values);
}
