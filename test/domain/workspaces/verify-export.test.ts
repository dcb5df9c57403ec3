import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type FilePiece, lineOf } from '../../../src/domain/workspaces/moving/format.js';
import { verifyExport } from '../../../src/domain/workspaces/moving/verify-export.js';
import { useTemporaryDirectory } from '../../e2e/support/temporary-directory.js';

const directory = useTemporaryDirectory();

const header = {
  format: 1,
  migration: '20260101000000_init',
  workspace: { id: '00000000-0000-7000-8000-000000000001', slug: 'acme', name: 'Acme' },
  exportedAt: '2026-01-01T00:00:00.000Z',
  secretKeys: [],
};
const key = `${'0'.repeat(32)}.txt`;
const piece = (more: Partial<FilePiece>) => {
  const data = Buffer.from('Hello').toString('base64');
  return lineOf({ file: { key, contentType: 'text/plain', sizeBytes: 10, data, last: false, ...more } });
};
const [first, last] = [piece({}), piece({ last: true })];
const message = lineOf({ Message: { text: 'Hello' } });

/** Verifies an export of these lines, whose checksum is right: whoever changes a file can also change that. */
async function verify(lines: readonly Buffer[], counts: Record<string, number>) {
  const content = Buffer.concat([lineOf({ header }), ...lines]);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const file = path.join(directory(), 'export.jsonl');
  await writeFile(file, Buffer.concat([content, lineOf({ trailer: { counts, sha256 } })]));
  const handle = await open(file);
  try {
    return await verifyExport(handle);
  } finally {
    await handle.close();
  }
}

it('an export is verified before anything of it is written', async () => {
  const verified = await verify([message, first, last, message], { Message: 2, Bot: 0, file: 1 });
  expect(verified).toMatchObject({ header: { workspace: { slug: 'acme' } }, trailer: { counts: { Message: 2 } } });
});

it.each([
  ['has fewer lines than it says', [message], { Message: 2 }, /1 of Message.* says 2/],
  ['has lines that it does not say', [message], {}, /1 of Message.* says 0/],
  ['has fewer files than it says', [first, last], { file: 2 }, /1 of file.* says 2/],
  ['ends within a file', [first], { file: 0 }, /file 0+\.txt .*incomplete/],
  ['has something else within a file', [first, message, last], { file: 1, Message: 1 }, /incomplete/],
  ['has a piece of another file within a file', [first, piece({ key: `${'1'.repeat(32)}.txt` })], {}, /incomplete/],
  ['has a file of more bytes than it says', [first, first, last], { file: 1 }, /15 bytes.* say 10/],
  ['has a file of fewer bytes than it says', [last], { file: 1 }, /5 bytes.* say 10/],
  ['has a piece that is none', [lineOf({ file: { key } })], { file: 1 }, /not as an export has them/],
] as const)('an export is refused that %s', async (_name, lines, counts, reason) => {
  await expect(verify(lines, counts)).rejects.toThrow(reason);
});

it('a line of unlimited length is refused before it fills the memory', async () => {
  const endless = lineOf({ Message: { text: 'x'.repeat(17 * 1024 * 1024) } });
  await expect(verify([endless], { Message: 1 })).rejects.toThrow(/a line of more than 16 MB.*Export again/);
});
