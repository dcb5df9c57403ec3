import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { manual, read } from './support/markdown.js';

const FOLDER = 'docs/recipes';

/** The blocks of a page that show a file. */
const shownOn = (page: string) =>
  [...read(page).matchAll(/^```\w+ recipe=(\S+)\n(.*?)^```$/gms)].map(([, file = '', code = '']) => ({ file, code }));

const files = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => path.join(parentPath, name))
  .filter((file) => !file.includes('/generated/'));

/** A recipe with all that it imports from other recipes. */
function partsOf(file: string, parts = new Set<string>()): Set<string> {
  if (parts.has(file)) return parts;
  parts.add(file);
  for (const [, name = ''] of read(file).matchAll(/^import .* from '\.\/(.+)\.js';$/gm)) {
    partsOf(path.join(path.dirname(file), `${name}.ts`), parts);
  }
  return parts;
}

const linesOf = (file: string) => read(file).trimEnd().split('\n').length;

describe('the recipes', () => {
  it.each(manual.filter((page) => shownOn(page).length > 0))('%s shows the code of its recipes exactly', (page) => {
    for (const { file, code } of shownOn(page)) expect(code, file).toBe(read(file));
  });

  it('are each shown on a page', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(manual.flatMap(shownOn).map(({ file }) => file)).toEqual(expect.arrayContaining(files));
  });

  it('keep a list by the sync protocol in at most 300 lines', () => {
    const parts = [...partsOf(`${FOLDER}/synced-list.ts`)];
    expect(parts).toEqual([`${FOLDER}/synced-list.ts`, `${FOLDER}/resuming-client.ts`]);
    expect(parts.reduce((sum, file) => sum + linesOf(file), 0)).toBeLessThanOrEqual(300);
  });
});
