import { ConflictError } from '../../../lib/errors.js';
import { encodeId } from '../../../lib/ids.js';
import { type Request, type SectionName, sections } from './export-sections.sql.js';
import { publicRow } from './public-row.js';

const FORMAT = 'parley-contact-1';

/** The size of an upload is a number of 32 bits. */
const MAX_BYTES = 2 ** 31 - 1;

/** How much an export contains. */
export type Exported = {
  sizeBytes: number;
  conversationCount: number;
  messageCount: number;
  fileCount: number;
  prospectCount: number;
  eventCount: number;
  deliveryCount: number;
  aliasCount: number;
};

/** Counts what has been written. */
type Tally = { sizeBytes: number; files: number; rows: Partial<Record<SectionName, number>> };

const countOf = ({ rows }: Tally, name: SectionName) => rows[name] ?? 0;

/** The bytes of an export, as they are taken, and how much was taken. */
export function writeExport(request: Request, now: Date): { bytes: AsyncGenerator<Buffer>; counts: () => Exported } {
  const tally: Tally = { sizeBytes: 0, files: 0, rows: {} };
  return {
    bytes: counted(linesOf(request, now, tally), tally),
    counts: () => ({
      sizeBytes: tally.sizeBytes,
      conversationCount: countOf(tally, 'conversations'),
      messageCount: countOf(tally, 'messages'),
      fileCount: tally.files + countOf(tally, 'unusedUploads'),
      prospectCount: countOf(tally, 'prospects'),
      eventCount: countOf(tally, 'events'),
      deliveryCount: countOf(tally, 'webhookDeliveries'),
      aliasCount: countOf(tally, 'aliases'),
    }),
  };
}

async function* counted(lines: AsyncIterable<string>, tally: Tally): AsyncGenerator<Buffer> {
  for await (const text of lines) {
    const bytes = Buffer.from(text);
    tally.sizeBytes += bytes.length;
    if (tally.sizeBytes > MAX_BYTES)
      throw new ConflictError('The export would exceed 2 GB. Have the operator read what is held of this contact.');
    yield bytes;
  }
}

/** One JSON object with a list for each section, a row on a line. */
async function* linesOf(request: Request, now: Date, tally: Tally): AsyncGenerator<string> {
  const { workspaceId, ids, includesInternal } = request;
  const head = {
    format: FORMAT,
    exportedAt: now,
    workspaceId: encodeId('Workspace', workspaceId),
    contactId: encodeId('Contact', ids[0] ?? ''),
    includesInternal,
  };
  yield JSON.stringify(head).slice(0, -1);
  for (const name of Object.keys(sections).filter(isSection)) {
    yield `,\n${JSON.stringify(name)}:[`;
    let written = 0;
    for await (const page of sections[name](request)) {
      const rows = page.map((row) => publicRow(name, row, includesInternal));
      const separator = written > 0 ? ',' : '';
      if (rows.length > 0) yield `${separator}\n${rows.map((row) => JSON.stringify(row)).join(',\n')}`;
      written += rows.length;
      for (const { attachments } of rows) tally.files += Array.isArray(attachments) ? attachments.length : 0;
    }
    tally.rows[name] = written;
    yield ']';
  }
  yield '\n}\n';
}

function isSection(name: string): name is SectionName {
  return Object.hasOwn(sections, name);
}
