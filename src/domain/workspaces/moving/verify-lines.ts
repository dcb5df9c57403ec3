import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { StartError } from '../../../lib/program.js';
import { type FilePiece, fileLine, type Trailer } from './format.js';
import { readLines } from './read-lines.js';
import type { Counts } from './tables.js';

/** `{"Table":` */
const KIND = /^\{"(\w+)":/;
const KIND_BYTES = 40;

/**
 * Reads all lines before the trailer, and makes sure that they are those that were written: by their checksum, by how many
 * there are of each kind, and for files by their pieces.
 * @throws {StartError} if they are not
 */
export async function verifyLines(
  handle: FileHandle,
  { headerEnd, end }: { headerEnd: number; end: number },
  { counts, sha256 }: Trailer,
): Promise<void> {
  const hash = createHash('sha256');
  const found: Counts = {};
  const files = verifyFiles();
  for await (const lines of readLines(handle, 0, end)) {
    for (const { line, end: lineEnd } of lines) {
      hash.update(line).update('\n');
      if (lineEnd <= headerEnd) continue;
      const kind = KIND.exec(line.toString('latin1', 0, KIND_BYTES))?.[1] ?? '';
      if (kind !== 'file') files.assertWhole();
      const counted = kind !== 'file' || files.take(line);
      if (counted) found[kind] = (found[kind] ?? 0) + 1;
    }
  }
  if (hash.digest('hex') !== sha256) {
    throw new StartError('The file was changed: its checksum is not that of its trailer. Export again.');
  }
  files.assertWhole();
  for (const kind of new Set([...Object.keys(counts), ...Object.keys(found)])) {
    const [are, said] = [found[kind] ?? 0, counts[kind] ?? 0];
    if (are === said) continue;
    throw new StartError(`The file was changed: it has ${are} of ${kind}, and its trailer says ${said}. Export again.`);
  }
}

/** Takes the pieces of files one after the other. */
function verifyFiles() {
  let open: Pick<FilePiece, 'key' | 'contentType' | 'sizeBytes'> | null = null;
  let bytes = 0;
  const assertWhole = () => {
    if (open) throw new StartError(`The file was changed: the file ${open.key} in it is incomplete. Export again.`);
  };
  return {
    assertWhole,
    /** Returns whether it was the last piece of its file. */
    take: (line: Buffer): boolean => {
      const { key, contentType, sizeBytes, data, last } = pieceOf(line);
      if (open && (open.key !== key || open.contentType !== contentType || open.sizeBytes !== sizeBytes)) assertWhole();
      open ??= { key, contentType, sizeBytes };
      bytes += Buffer.byteLength(data, 'base64');
      if (bytes > sizeBytes || (last && bytes < sizeBytes)) {
        throw new StartError(
          `The file was changed: the file ${key} in it has ${bytes} bytes, and its pieces say ${sizeBytes}. Export again.`,
        );
      }
      if (last) [open, bytes] = [null, 0];
      return last;
    },
  };
}

function pieceOf(line: Buffer): FilePiece {
  try {
    return fileLine.parse(JSON.parse(line.toString())).file;
  } catch (cause) {
    throw new StartError(
      'The file was changed: it has pieces of files that are not as an export has them. Export again.',
      {
        cause,
      },
    );
  }
}
