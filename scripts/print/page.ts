import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

export const code = (text: string) => `\`${text}\``;
export const list = (names: readonly string[]) => names.map(code).join(', ');

const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
export const table = (heads: string[], rows: string[][]) =>
  [row(...heads), row(...heads.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

/** Ignores how a table is padded, which the formatter decides. */
const words = (text: string) => text.replace(/[\s|-]+/g, ' ');

/** Writes the page, or with `--check` on the command line fails the process if the file differs from it. */
export function printPage(file: string, page: string, command: string): void {
  const { check } = parseArgs({ options: { check: { type: 'boolean' } } }).values;
  if (!check) writeFileSync(file, page);
  else if (words(readFileSync(file, 'utf8')) !== words(page)) {
    process.stderr.write(`${file} differs from the code. Update it with: ${command}\n`);
    process.exitCode = 1;
  }
}
