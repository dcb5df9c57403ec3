import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const markdownIn = (directory: string, recursive: boolean): string[] =>
  readdirSync(directory, { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(directory, name));

/** The front page, and the pages in docs. */
export const manual = ['README.md', ...markdownIn('docs', true).sort()];

/** Every page that people read. */
export const pages = [...new Set([...markdownIn('.', false), ...manual])];

export const read = (file: string): string => readFileSync(file, 'utf8');

/** The page without its blocks of code. */
export const prose = (page: string): string => read(page).replaceAll(/^```.*?^```$/gms, '');

/** An operation of a page, and what the page says it is sent with and answers; null where it says nothing. */
export type Example = { operation: string; variables: Record<string, unknown> | null; answer: unknown };

const EXAMPLE = /^```graphql\n(.*?)^```$(?:\n\n^```json variables\n(.*?)^```$)?(?:\n\n^```json answer\n(.*?)^```$)?/gms;

/** The operations of a page, each with the variables and the answer that directly follow it. */
export function examplesOf(page: string): Example[] {
  return [...read(page).matchAll(EXAMPLE)].map(([, operation = '', variables = 'null', answer = 'null']) => ({
    operation,
    variables: JSON.parse(variables),
    answer: JSON.parse(answer),
  }));
}

/** How many blocks of a kind a page has, wherever they stand. */
export const blocksOf = (page: string, kind: 'graphql' | 'json variables' | 'json answer'): number =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${kind}$`, 'gm'))].length;

/** What a page writes in backticks. */
export const codeOf = (page: string): string[] =>
  [...prose(page).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

/** Where a page links to within the repository. */
export type Link = { target: string; file: string; anchor: string | undefined };

export function linksOf(page: string): Link[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [to = '', anchor] = target.split('#');
      return { target, file: to === '' ? page : path.join(path.dirname(page), to), anchor };
    });
}

/** The anchors that GitHub gives to a page's headings. */
export const anchorsOf = (page: string): string[] =>
  [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
