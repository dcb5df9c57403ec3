import type { FileHandle } from 'node:fs/promises';
import { StartError } from '../../../lib/program.js';
import { FORMAT, type Header, headerLine, type Trailer, trailerLine } from './format.js';
import { verifyLines } from './verify-lines.js';

export type VerifiedExport = {
  header: Header;
  trailer: Trailer;
  /** The bytes of the header, and of everything before the trailer. */
  headerEnd: number;
  end: number;
};

const EDGE_BYTES = 64 * 1024;
const NEWLINE = 10;

/**
 * Reads the whole file once, and makes sure that it is a complete export as it was written.
 * @throws {StartError} if it is not, or is of a later format
 */
export async function verifyExport(handle: FileHandle): Promise<VerifiedExport> {
  const { size } = await handle.stat();
  const beginning = await readAt(handle, 0, Math.min(EDGE_BYTES, size));
  const headerEnd = beginning.indexOf(NEWLINE) + 1;
  const header = headerLine.safeParse(parsed(beginning.subarray(0, headerEnd))).data?.header;
  if (!header) throw new StartError('The file is not an export of a workspace.');
  if (header.format !== FORMAT) {
    throw new StartError(`The file has the format ${header.format}, and this version reads ${FORMAT}: upgrade first.`);
  }
  const tailStart = Math.max(headerEnd, size - EDGE_BYTES);
  const tail = await readAt(handle, tailStart, size - tailStart);
  const lastLine = tail.at(-1) === NEWLINE ? tail.lastIndexOf(NEWLINE, -2) + 1 : tail.length;
  const trailer = trailerLine.safeParse(parsed(tail.subarray(lastLine))).data?.trailer;
  if (!trailer) throw new StartError('The file is truncated: it does not end with a trailer. Export again.');
  const end = tailStart + lastLine;
  await verifyLines(handle, { headerEnd, end }, trailer);
  return { header, trailer, headerEnd, end };
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}
