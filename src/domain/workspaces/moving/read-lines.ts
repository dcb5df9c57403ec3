import type { FileHandle } from 'node:fs/promises';
import { StartError } from '../../../lib/program.js';

const NEWLINE = 10;
const CHUNK_BYTES = 1024 * 1024;
/** The longest lines that exports have, which are of messages, take 1 MB. */
const MAX_LINE_MB = 16;

/**
 * The lines of a part of a file without their ends, each with the position after it. Of the last part, only whole lines.
 * @throws {StartError} if a line is longer than any of an export
 */
export async function* readLines(
  handle: FileHandle,
  from: number,
  until: number,
): AsyncGenerator<{ line: Buffer; end: number }[]> {
  let position = from;
  let rest: Buffer[] = [];
  let lineStart = from;
  while (position < until) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, until - position));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return;
    const bytes = chunk.subarray(0, bytesRead);
    position += bytesRead;
    const lines: { line: Buffer; end: number }[] = [];
    let start = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, start)) {
      const tail = bytes.subarray(start, at);
      const line = rest.length > 0 ? Buffer.concat([...rest, tail]) : tail;
      rest = [];
      lineStart += line.length + 1;
      lines.push({ line, end: lineStart });
      start = at + 1;
    }
    if (start < bytes.length) rest.push(bytes.subarray(start));
    if (position - lineStart > MAX_LINE_MB * CHUNK_BYTES) {
      throw new StartError(`The file has a line of more than ${MAX_LINE_MB} MB, which no export has. Export again.`);
    }
    yield lines;
  }
}
