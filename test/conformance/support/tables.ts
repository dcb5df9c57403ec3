import { prose } from './markdown.js';

/** A table of a page: its first column's heading, and the cells of each row. */
export type Table = { heading: string; rows: string[][] };

const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());

/** The sections of a page that begin with `## `, each with its tables. */
export function sectionsOf(page: string): Map<string, Table[]> {
  const [, ...sections] = prose(page).split(/^## /m);
  return new Map(
    sections.map((section) => {
      const [title = ''] = section.split('\n', 1);
      const tables = [...section.matchAll(/(?:^\|.*\|\n)+/gm)].map(([table]) => {
        const [head = [], , ...rows] = table.trimEnd().split('\n').map(cellsOf);
        return { heading: head[0] ?? '', rows };
      });
      return [title, tables];
    }),
  );
}

/** What a cell writes in backticks. */
export const codesIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
