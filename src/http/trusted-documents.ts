import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf } from '../lib/error-info.js';
import { StartError } from '../lib/program.js';
import type { Services } from '../services.js';

type Settings = Services['config']['trustedDocuments'];

/** A document in a manifest: its text, and the id and the file for complaints about it. */
type TrustedDocument = { text: string; id: string; file: string };

/** The documents that the operator trusts. */
export type TrustedDocuments = {
  /** Whether documents can be sent by their id (`prefer`), no others can be sent (`only`), or neither (`off`). */
  mode: Settings['mode'];
  /** The documents by the SHA-256 of their text, in hexadecimal digits; none with `off`. */
  byHash: ReadonlyMap<string, TrustedDocument>;
  /** The texts of the same documents. */
  texts: ReadonlySet<string>;
};

const manifestSchema = z.record(z.string(), z.string());

/**
 * The SHA-256 in the id of a document: with a prefix, as the draft of GraphQL over HTTP has it (appendix Persisted
 * Documents, section SHA256 Hex Document Identifier), or as bare digits, as other tools print it. undefined for any other
 * id.
 */
export function hashInId(id: string): string | undefined {
  return /^(?:sha256:)?([\da-f]{64})$/.exec(id)?.[1];
}

/** The SHA-256 of a document's text in UTF-8, in hexadecimal digits. */
export function hashOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Reads the manifests, which are JSON objects of the texts of documents by their ids.
 * @throws {StartError} if a file cannot be read, or a document has another id than its own
 */
export async function loadTrustedDocuments({ mode, files }: Settings): Promise<TrustedDocuments> {
  const manifests = mode === 'off' ? [] : await Promise.all(files.map(readManifest));
  const byHash = new Map(manifests.flat());
  return { mode, byHash, texts: new Set([...byHash.values()].map(({ text }) => text)) };
}

async function readManifest(file: string): Promise<[hash: string, document: TrustedDocument][]> {
  const json = await readFile(file, 'utf8').catch((error: unknown) => refuseManifest(file, messageOf(error)));
  return Object.entries(parseManifest(file, json)).map(([id, text]) => {
    const hash = hashInId(id);
    if (hash === undefined) {
      refuseManifest(file, `the key ${JSON.stringify(id.slice(0, 100))} is not sha256: and 64 hexadecimal digits`);
    }
    if (hash !== hashOfText(text)) refuseManifest(file, `the text of ${id} has another SHA-256 than its key`);
    return [hash, { text, id, file }];
  });
}

function parseManifest(file: string, json: string): Record<string, string> {
  try {
    return manifestSchema.parse(JSON.parse(json));
  } catch {
    return refuseManifest(file, 'it is not a JSON object of the texts of documents by their SHA-256');
  }
}

/** Throws the StartError that says what is wrong with a manifest. */
export function refuseManifest(file: string, complaint: string): never {
  throw new StartError(`TRUSTED_DOCUMENTS_FILE ${file}: ${complaint}`);
}
