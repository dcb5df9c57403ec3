import type { Client } from 'pg';
import type { UploadStore } from '../../../file-storage/store.js';
import { type FilePiece, lineOf } from './format.js';
import type { Counts } from './tables.js';

type Options = {
  client: Client;
  store: UploadStore;
  workspaceId: string;
  /** Gets the number of files. */
  counts: Counts;
  /** Gets the keys of those that are not in the store. */
  missing: string[];
};

type Row = { id: string; key: string; contentType: string; used: boolean };

const PAGE = 500;
const PIECE_BYTES = 3 * 128 * 1024;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** The lines of all files of a workspace that are in the store. */
export async function* exportFiles(options: Options): AsyncGenerator<Uint8Array> {
  const { client, store, workspaceId, counts, missing } = options;
  counts.file = 0;
  for (let page = await readPage(client, workspaceId, FIRST); page.length > 0; ) {
    for (const { key, contentType, used } of page) {
      const file = { workspaceId, key };
      const stored = await store.find(file);
      const bytes = stored && (await store.read(file));
      if (stored && bytes) {
        counts.file += 1;
        yield* linesOf({ key, contentType, sizeBytes: stored.sizeBytes }, bytes);
      } else if (used) missing.push(key);
    }
    page = await readPage(client, workspaceId, page.at(-1)?.id ?? FIRST);
  }
}

async function readPage(client: Client, workspaceId: string, after: string): Promise<Row[]> {
  const { rows } = await client.query<Row>(
    `SELECT id, key, "contentType", "messageId" IS NOT NULL AS used FROM "Upload"
     WHERE "workspaceId" = $1 AND id > $2::uuid AND "removedAt" IS NULL ORDER BY id LIMIT ${PAGE}`,
    [workspaceId, after],
  );
  return rows;
}

/** The lines of one file: pieces of equal size, and the last one, which says so. */
async function* linesOf(
  file: Pick<FilePiece, 'key' | 'contentType' | 'sizeBytes'>,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  const line = (data: Buffer, last: boolean) => lineOf({ file: { ...file, data: data.toString('base64'), last } });
  for await (const chunk of bytes) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length > PIECE_BYTES) {
      yield line(rest.subarray(0, PIECE_BYTES), false);
      rest = rest.subarray(PIECE_BYTES);
    }
  }
  yield line(rest, true);
}
