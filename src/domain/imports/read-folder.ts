import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../lib/error-info.js';
import { StartError } from '../../lib/program.js';
import { readLines } from '../workspaces/moving/read-lines.js';
import type { Place, Problems } from './problems.js';

/** A line that is JSON. */
type Line = { place: Place; value: unknown };

/** Lines of a file that follow each other: the bytes, and the number of the first line. */
type Stretch = { start: number; end: number; line: number };

/** A file of JSON objects, one a line. */
export type JsonLines = {
  size: number;
  /** The lines from the beginning, or those of a stretch. Empty ones are skipped, and those that are no JSON reported. */
  read: (stretch?: Stretch) => AsyncGenerator<Line & { start: number; end: number }>;
  close: () => Promise<void>;
};

/**
 * Opens a file of the folder. Returns null if there is none of this name.
 * @throws {StartError} if it cannot be read
 */
export async function openLines(folder: string, file: string, problems: Problems): Promise<JsonLines | null> {
  const handle = await openIfThere(path.join(folder, file));
  return handle && readFrom(handle, file, problems);
}

async function readFrom(handle: FileHandle, file: string, problems: Problems): Promise<JsonLines> {
  const { size } = await handle.stat();

  async function* read({ start, end, line }: Stretch = { start: 0, end: size, line: 1 }) {
    let number = line;
    let from = start;
    for await (const { bytes, until } of linesOf(handle, start, end)) {
      const place = { file, line: number };
      const text = bytes.toString('utf8').trim();
      const parsed =
        text === '' ? undefined : problems.attempt(place, (): { value: unknown } => ({ value: JSON.parse(text) }));
      if (parsed) yield { place, value: parsed.value, start: from, end: until };
      number += 1;
      from = until;
    }
  }

  return { size, read, close: () => handle.close() };
}

async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new StartError(`The file ${file} cannot be read (${messageOf(cause)}).`, { cause });
  }
}

/** The lines of a part of a file, also a last one without an end, and where each one ends. */
async function* linesOf(
  handle: FileHandle,
  start: number,
  end: number,
): AsyncGenerator<{ bytes: Buffer; until: number }> {
  let reached = start;
  for await (const lines of readLines(handle, start, end)) {
    for (const { line, end: until } of lines) {
      yield { bytes: line, until };
      reached = until;
    }
  }
  if (reached >= end) return;
  const rest = Buffer.alloc(end - reached);
  const { bytesRead } = await handle.read(rest, 0, rest.length, reached);
  yield { bytes: rest.subarray(0, bytesRead), until: end };
}

/** Finds the lines of a file by a key that they have. */
export type LinesByKey = { linesOf: (key: string) => AsyncGenerator<Line> };

/**
 * Reads a file once, and keeps where the lines of each key are: some 200 bytes for each stretch of them, so that neither
 * the file has to be in an order nor anything of it in memory.
 */
export async function indexLines(
  lines: JsonLines,
  keyOf: (value: unknown) => string,
  { problems, onRead }: { problems: Problems; onRead: (bytes: number) => void },
): Promise<LinesByKey> {
  const stretches = new Map<string, Stretch[]>();
  for await (const { place, value, start, end } of lines.read()) {
    const key = problems.attempt(place, () => keyOf(value));
    onRead(end);
    if (key === undefined) continue;
    const known = stretches.get(key);
    const last = known?.at(-1);
    if (last?.end === start) last.end = end;
    else if (known) known.push({ start, end, line: place.line });
    else stretches.set(key, [{ start, end, line: place.line }]);
  }
  return {
    linesOf: async function* (key) {
      for (const stretch of stretches.get(key) ?? []) yield* lines.read(stretch);
    },
  };
}
