import { z } from 'zod';

/** What error messages and docs/configuration.md say about a variable. */
type Facts = {
  purpose: string;
  /** The values it takes; completes the sentence "it takes …". */
  takes: string;
  /** What applies without the variable, in Markdown; left out if the schema has a default value. */
  unset?: string;
};

export const facts = z.registry<Facts>();

export const wholeNumber = (min: number, max: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(min).max(max));
export const onOff = z.enum(['on', 'off', '1', '0']).transform((value) => value === 'on' || value === '1');
export const ON_OFF = 'on or off (or 1 or 0)';
export const ON_FOR_DEVELOPMENT = '`on` with the embedded PostgreSQL outside production, otherwise `off`';
