import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'vitest';

export const MANIFEST = path.resolve('schema/trusted-documents.json');

/** A document as a manifest has it. */
export type Trusted = { id: string; text: string };

const all: Trusted[] = Object.entries(JSON.parse(readFileSync(MANIFEST, 'utf8'))).map(([id, text]) => ({
  id,
  text: String(text),
}));

/** The document of schema/trusted-documents.json with the operation of this name. */
export function trusted(name: string): Trusted {
  const found = all.find(({ text }) => new RegExp(`\\b(query|mutation|subscription) ${name}\\b`).test(text));
  if (!found) throw new Error(`The manifest has no operation ${name}.`);
  return found;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Writes a file for TRUSTED_DOCUMENTS_FILE, and returns its path. */
export async function writeManifest(content: object | string): Promise<string> {
  const file = path.join(inject('directory'), `manifest-${randomUUID()}.json`);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
