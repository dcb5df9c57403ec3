import { describe, expect, it, onTestFinished } from 'vitest';
import { StartError } from '../../src/lib/program.js';
import { startParley } from '../support/parley.js';
import { MANIFEST, sha256, trusted, writeManifest } from '../support/trusted.js';

const start = (files: string[]) => startParley({ config: { trustedDocuments: { mode: 'only', files } } });
const idOf = (text: string) => `sha256:${sha256(text)}`;
const manifestOf = (...texts: string[]) => Object.fromEntries(texts.map((text) => [idOf(text), text]));

/** The one line with which a server with this manifest does not start, without the path of the file. */
async function refusal(content: object | string): Promise<string> {
  const file = await writeManifest(content);
  const error = await start([file]).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StartError)) throw new Error(`Not a StartError: ${String(error)}`);
  expect(error.message).toContain(file);
  expect(error.message).not.toContain('\n');
  return error.message.replace(file, 'FILE');
}

const VIEWER = '{ viewer { role } }';

describe('a server with manifests', () => {
  it('trusts the documents of all of them, whether their ids have a prefix or not', async () => {
    const bare = await writeManifest({ [sha256(VIEWER)]: VIEWER });
    const prefixed = await writeManifest(manifestOf('{ eventCursor }', VIEWER));
    const parley = await start([bare, prefixed, MANIFEST]);
    onTestFinished(parley.stop);
    const { post } = await parley.newWorkspace();
    for (const text of [VIEWER, '{ eventCursor }', trusted('Viewer').text]) {
      expect((await post(text)).status).toBe(200);
    }
    expect((await post('{ __typename }')).status).toBe(403);
  });

  it('does not start if a file is missing or not a manifest', async () => {
    await expect(start(['/nowhere/manifest.json'])).rejects.toThrow(
      /^TRUSTED_DOCUMENTS_FILE \/nowhere\/manifest.json: .*no such file/,
    );
    const notAManifest =
      'TRUSTED_DOCUMENTS_FILE FILE: it is not a JSON object of the texts of documents by their SHA-256';
    for (const content of ['{', '[]', '{"a": 1}', 'null']) expect(await refusal(content)).toBe(notAManifest);
  });

  it('does not start if a document has another id than its own', async () => {
    const id = idOf(VIEWER);
    expect(await refusal({ [id]: '{ viewer { scopes } }' })).toBe(
      `TRUSTED_DOCUMENTS_FILE FILE: the text of ${id} has another SHA-256 than its key`,
    );
    for (const key of ['Viewer', `sha1:${sha256(VIEWER)}`, sha256(VIEWER).toUpperCase()]) {
      expect(await refusal({ [key]: VIEWER })).toBe(
        `TRUSTED_DOCUMENTS_FILE FILE: the key "${key}" is not sha256: and 64 hexadecimal digits`,
      );
    }
  });

  it.each([
    ['half a document', '{ viewer {', 'Syntax Error: Expected Name, found <EOF>.'],
    ['an unknown field', '{ nothing }', 'Cannot query field "nothing" on type "Query".'],
    ['too many tokens', `{ ${'viewer { role } '.repeat(2_500)}}`, 'The document is too large.'],
  ])('does not start if the server would refuse a document: %s', async (_what, text, complaint) => {
    const line = await refusal(manifestOf(VIEWER, text));
    expect(line).toContain(`TRUSTED_DOCUMENTS_FILE FILE: the document ${idOf(text)} is not valid: ${complaint}`);
  });

  it('does not read them while they are off', async () => {
    const parley = await startParley({ config: { trustedDocuments: { mode: 'off', files: ['/nowhere.json'] } } });
    await parley.stop();
  });
});
