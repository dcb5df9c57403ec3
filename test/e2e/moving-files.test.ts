import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startS3 } from '../domain/uploads/support/s3.js';
import { attachmentsOf, upload } from '../domain/uploads/support/upload.js';
import { say } from '../support/conversations.js';
import { makeConversation } from '../support/make.js';
import { usePlace } from './support/moving.js';
import { runToEnd, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const source = usePlace(directory, 'source');
const target = usePlace(directory, 'target');

it('files move from a folder to a bucket and back', TIMEOUT, async () => {
  const s3 = await startS3('files');
  onTestFinished(() => s3.stop());
  const from = await source.serve();
  onTestFinished(() => from.stop());
  const workspace = await from.newWorkspace('Filed');
  const { id } = await makeConversation(workspace);
  const text = 'Ä file of more than one piece. '.repeat(40_000);
  const key = await upload(workspace, text, { extension: 'txt' });
  const message = await say(workspace, id, { uploadKeys: [key] });
  const file = path.join(directory(), 'filed.jsonl');
  const back = path.join(directory(), 'back.jsonl');
  expect((await source.command('export', 'filed', file)).code).toBe(0);
  const inBucket = (...args: string[]) =>
    runToEnd({
      command: ['node', 'dist/cli/workspace.js', ...args],
      env: { ...target.environment(), ...s3.environment, UPLOADS: s3.uploads },
    });
  expect(await inBucket('import', file)).toMatchObject({ code: 0 });
  expect(await inBucket('export', 'filed', back)).toMatchObject({ code: 0 });
  expect((await inBucket('delete', 'filed', '--yes-delete', 'filed')).stdout).toContain('1 file');
  expect(await target.command('import', back)).toMatchObject({ code: 0, stderr: '' });
  const to = await target.serve();
  onTestFinished(() => to.stop());
  const [attachment] = await attachmentsOf(to.connect(workspace), message.id);
  expect(attachment).toMatchObject({ key, contentType: 'text/plain' });
  expect(await (await fetch(attachment?.url ?? '')).text()).toBe(text);
});

it('an export goes to standard output too, without the files where they are not wanted', TIMEOUT, async () => {
  const from = await source.serve();
  onTestFinished(() => from.stop());
  const workspace = await from.newWorkspace('Printed');
  await upload(workspace, 'Hello');
  const lines = async (...args: string[]) => {
    const { code, stdout, stderr } = await source.command('export', 'printed', '-', ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^Exported to -: 1 Workspace, .*\n$/) });
    return stdout
      .trim()
      .split('\n')
      .map((line) => Object.keys(JSON.parse(line))[0]);
  };
  const all = await lines();
  expect([all[0], all.at(-1)]).toEqual(['header', 'trailer']);
  expect(all.filter((kind) => kind === 'file')).toHaveLength(1);
  expect(await lines('--no-files')).toEqual(all.filter((kind) => kind !== 'file'));
});

it('neither a file nor a slug that exists is taken', TIMEOUT, async () => {
  const from = await source.serve();
  onTestFinished(() => from.stop());
  await from.newWorkspace('Taken');
  const to = await target.serve();
  onTestFinished(() => to.stop());
  await to.newWorkspace('Taken');
  const file = path.join(directory(), 'taken.jsonl');
  expect((await source.command('export', 'taken', file)).code).toBe(0);
  expect(await source.command('export', 'taken', file)).toMatchObject({
    code: 1,
    stderr: `The file ${file} exists. Choose another, or remove it.\n`,
  });
  expect(await target.command('import', file)).toMatchObject({
    code: 1,
    stderr: 'There is a workspace with the slug taken in this database already.\n',
  });
});

it(
  'an upload whose key leads out of its folder is refused, and the file as it was is imported afterwards',
  TIMEOUT,
  async () => {
    const from = await source.serve();
    onTestFinished(() => from.stop());
    const workspace = await from.newWorkspace('Outside');
    const key = await upload(workspace, 'Hello');
    const file = path.join(directory(), 'outside.jsonl');
    expect((await source.command('export', 'outside', file)).code).toBe(0);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const trailer = JSON.parse(lines.pop() ?? '');
    const rows = lines.map((line) => (line.startsWith('{"Upload"') ? line.replace(key, `../ws_other/${key}`) : line));
    const content = rows.map((line) => `${line}\n`).join('');
    // Whoever changes a file can also change its checksum.
    trailer.trailer.sha256 = createHash('sha256').update(content).digest('hex');
    const changed = path.join(directory(), 'changed.jsonl');
    await writeFile(changed, `${content}${JSON.stringify(trailer)}\n`);
    expect(await target.command('import', changed)).toMatchObject({
      code: 1,
      stderr: 'The file has an upload with an invalid key.\n',
    });
    expect(await target.rows(`SELECT FROM "Upload" WHERE key LIKE '../%'`)).toEqual([]);
    expect((await target.command('delete', 'outside', '--yes-delete', 'outside')).code).toBe(0);
    expect(await target.command('import', file)).toMatchObject({ code: 0 });
  },
);
