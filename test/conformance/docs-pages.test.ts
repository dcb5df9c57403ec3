import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { assertTransition } from '../../src/domain/conversations/status-transitions.js';
import { environment } from '../../src/environment.js';
import { ConversationStatus } from '../../src/generated/prisma/enums.js';
import { idPrefixes } from '../../src/lib/ids.js';
import { anchorsOf, codeOf, linksOf, manual, pages, read } from './support/markdown.js';
import { codesIn, sectionsOf } from './support/tables.js';

/** What is wrong on any page, each with the page's name. */
const faults = (find: (page: string) => string[]) => pages.flatMap((page) => find(page).map((fault) => [page, fault]));

function isLegal(move: () => void): boolean {
  try {
    move();
    return true;
  } catch {
    return false;
  }
}

describe('the pages of the documentation', () => {
  it('are found by these tests', () => {
    const some = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/README.md', 'docs/architecture.md'];
    expect(pages).toEqual(expect.arrayContaining(some));
  });

  it('begin with a front page of at most 150 lines', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('are all in the index, docs/README.md', () => {
    const linked = linksOf('docs/README.md').map(({ file }) => file);
    const isListed = (page: string) => !/^docs\/(clients|decisions|migrating)\/|README\.md$/.test(page);
    const indexes = ['docs/clients/README.md', 'docs/migrating/README.md'];
    expect(linked).toEqual(expect.arrayContaining([...manual.filter(isListed), ...indexes]));
  });

  it('of clients are all in their index, docs/clients/README.md', () => {
    const linked = linksOf('docs/clients/README.md').map(({ file }) => file);
    const isClient = (page: string) => /^docs\/clients\/(?!README)/.test(page);
    expect(linked).toEqual(expect.arrayContaining(manual.filter(isClient)));
  });

  it('have no link within the repository that leads nowhere', () => {
    const broken = faults((page) =>
      linksOf(page)
        .filter(({ file, anchor }) => !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor)))
        .map(({ target }) => target),
    );
    expect(pages.flatMap(linksOf).length).toBeGreaterThan(10);
    expect(broken).toEqual([]);
  });

  it('name only files that exist', () => {
    const isFile = (code: string) => /^(src|test|prisma|schema|scripts|docs)\/[\w./-]*$/.test(code);
    expect(codeOf('docs/architecture.md').filter(isFile).length).toBeGreaterThan(20);
    expect(faults((page) => codeOf(page).filter((code) => isFile(code) && !existsSync(path.normalize(code))))).toEqual(
      [],
    );
  });

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const namedOn = (page: string) => [...read(page).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(namedOn('docs/operations.md')).toContain('workspace');
    expect(faults((page) => namedOn(page).filter((name) => !Object.hasOwn(scripts, name)))).toEqual([]);
  });
});

describe('README.md', () => {
  it('draws every transition of a conversation, and no other', () => {
    const drawn = [...read('README.md').matchAll(/^ *([A-Z]+) --> ([A-Z]+):/gm)].map(([, from, to]) => `${from} ${to}`);
    const statuses = Object.values(ConversationStatus);
    const legal = statuses.flatMap((from) =>
      statuses
        .filter((to) => isLegal(() => assertTransition({ id: '', status: from }, to)))
        .map((to) => `${from} ${to}`),
    );
    expect(drawn.toSorted()).toEqual(legal.toSorted());
  });
});

describe('docs/api-conventions.md', () => {
  it('lists the prefix of every type of id', () => {
    const [table] = sectionsOf('docs/api-conventions.md').get('Ids') ?? [];
    const cells = table?.rows.flatMap((row) => row.flatMap(codesIn)) ?? [];
    expect(cells.toSorted()).toEqual(
      Object.values(idPrefixes)
        .map((prefix) => `${prefix}_`)
        .toSorted(),
    );
  });
});

describe('docs/configuration.md', () => {
  it('lists every environment variable, and no other', () => {
    const [table] = sectionsOf('docs/configuration.md').get('Variables') ?? [];
    expect(table?.rows.flatMap(([name]) => codesIn(name))).toEqual(Object.keys(environment.shape));
  });
});

describe('docs/architecture.md', () => {
  it('names every folder of src', () => {
    const folders = readdirSync('src', { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'generated')
      .map(({ name }) => `src/${name}/`);
    const named = codeOf('docs/architecture.md');
    expect(folders.filter((folder) => !named.includes(folder))).toEqual([]);
  });

  it('links to every decision, each with a number of its own', () => {
    const decisions = readdirSync('docs/decisions').map((file) => `docs/decisions/${file}`);
    const linked = linksOf('docs/architecture.md').map(({ file }) => file);
    expect(decisions.filter((decision) => !linked.includes(decision))).toEqual([]);
    const numbers = decisions.map((decision) => path.basename(decision).slice(0, 4));
    expect(numbers).toEqual([...new Set(numbers)]);
  });
});
