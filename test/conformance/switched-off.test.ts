import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';

const EXPORT = /^\s*export (?:async )?(?:const|function) (\w+)/gm;

/** What a module exports besides types. */
const exportsOf = (source: string) => [...source.matchAll(EXPORT)].map(([, name]) => name);

it('what the bench loads in place of a module has all that the module exports', async () => {
  const stubs = new URL('../../bench/tax/switch-off.mjs', import.meta.url).href;
  const { NOTHING } = z
    .object({ NOTHING: z.record(z.string(), z.record(z.string(), z.string())) })
    .parse(await import(stubs));
  const files = Object.values(NOTHING).flatMap((parts) => Object.entries(parts));
  expect(files).not.toHaveLength(0);
  for (const [file, source] of files) {
    const real = readFileSync(new URL(`../../src/${file.replace(/js$/, 'ts')}`, import.meta.url), 'utf8');
    expect([file, exportsOf(source).toSorted()]).toEqual([file, exportsOf(real).toSorted()]);
  }
});
