import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chart } from './chart.js';
import { markdown } from './markdown.js';
import { type Results, resultsSchema } from './results.js';

const BENCH = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The results that are committed. */
export async function readCommitted(): Promise<Results> {
  return resultsSchema.parse(JSON.parse(await readFile(path.join(BENCH, 'results.json'), 'utf8')));
}

/**
 * Writes results.json, results.md and results.svg: those of a whole run into bench/, where they are committed, and
 * others into bench/.data/. Returns the path of results.md.
 */
export async function writeReport(results: Results, whole: boolean): Promise<string> {
  const directory = whole ? BENCH : path.join(BENCH, '.data');
  await mkdir(directory, { recursive: true });
  const fileOf = (ending: string) => path.join(directory, `results.${ending}`);
  await writeFile(fileOf('json'), `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(fileOf('svg'), chart(results));
  await writeFile(fileOf('md'), markdown(results));
  return fileOf('md');
}
