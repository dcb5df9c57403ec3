import { z } from 'zod';

/** The version of the format, which the header names. */
export const FORMAT = 1;

/** The first line of an export. */
export const headerLine = z.object({
  header: z.object({
    format: z.number(),
    /** The last migration of the schema that the rows are from. */
    migration: z.string(),
    workspace: z.object({ id: z.uuid(), slug: z.string(), name: z.string() }),
    exportedAt: z.string(),
    /** The ids of the keys that its secrets are encrypted with. */
    secretKeys: z.array(z.string()),
  }),
});
export type Header = z.infer<typeof headerLine>['header'];

/** The last line: how many lines there are of each kind, and the SHA-256 of all bytes before it. */
export const trailerLine = z.object({
  trailer: z.object({ counts: z.record(z.string(), z.number()), sha256: z.string() }),
});
export type Trailer = z.infer<typeof trailerLine>['trailer'];

/** A piece of a stored file. Those of one file follow each other. */
export const fileLine = z.object({
  file: z.object({
    key: z.string().regex(/^[0-9a-f]{32}\.[a-z0-9]{2,5}$/),
    contentType: z.string(),
    sizeBytes: z.number(),
    /** Base64. */
    data: z.string(),
    last: z.boolean(),
  }),
});
export type FilePiece = z.infer<typeof fileLine>['file'];

/** The line of a value. */
export const lineOf = (value: object): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);
