import { createHash } from 'node:crypto';

/**
 * An SQL expression of a number from 0 up to, not including, 1 that looks random, and is always the same for the same
 * seed, row and purpose. `row` is an SQL expression of a whole number.
 */
export type Draw = (row: string, purpose: string) => string;

const MANTISSA = 2 ** 53;

export function seededDraw(seed: number): Draw {
  return (row, purpose) => {
    const salt = createHash('sha256').update(`${seed} ${purpose}`).digest().readBigInt64BE();
    return `((hashint8extended((${row})::bigint, '${salt}') & ${MANTISSA - 1}) / ${MANTISSA}::float8)`;
  };
}

/** An SQL expression of one of 0 … count − 1. `count` is a number or an SQL expression of one. */
export function pick(draw: string, count: number | string): string {
  return `floor(${draw} * (${count}))::int`;
}

/** An SQL expression of a new UUIDv7 with this time. */
export function uuidv7(at: string): string {
  const milliseconds = `int8send((date_part('epoch', ${at}) * 1000)::bigint)`;
  const stamped = `overlay(uuid_send(gen_random_uuid()) PLACING substring(${milliseconds} FROM 3) FROM 1 FOR 6)`;
  return `encode(set_bit(set_bit(${stamped}, 52, 1), 53, 1), 'hex')::uuid`;
}
