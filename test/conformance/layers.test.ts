import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Which room may import which, from the bottom up: each room names only rooms above it in this table. A room is a folder
 * of src/, with three exceptions: src/graphql/ has three rooms, environment/, environment.ts and config.ts are one, services.ts
 * is one, and the other files in src/ itself are the room `app`. The nouns inside domain/ and inside graphql/ may import each other.
 */
const allowed: Record<string, readonly string[]> = {
  lib: [],
  'file-storage': ['lib'],
  config: ['lib', 'file-storage'],
  db: ['lib'],
  auth: ['lib', 'db'],
  audit: ['lib', 'db'],
  'event-log': ['lib', 'db', 'auth'],
  replica: ['lib', 'db', 'auth', 'event-log'],
  'unit-of-work': ['lib', 'db', 'auth', 'audit', 'event-log'],
  erasure: ['db', 'unit-of-work'],
  domain: ['lib', 'file-storage', 'db', 'auth', 'audit', 'event-log', 'unit-of-work', 'erasure'],
  live: ['lib', 'db', 'auth', 'event-log', 'unit-of-work'],
  metrics: ['lib', 'db', 'live'],
  tracing: ['lib', 'metrics'],
  services: ['lib', 'file-storage', 'config', 'auth', 'unit-of-work', 'domain', 'live', 'metrics'],
  'graphql/core': ['lib', 'db', 'auth', 'audit', 'event-log', 'unit-of-work', 'domain', 'live', 'services'],
  'graphql/<noun>': ['lib', 'db', 'auth', 'audit', 'event-log', 'domain', 'live', 'graphql/core'],
  graphql: ['lib', 'graphql/core', 'graphql/<noun>'],
  worker: ['lib', 'db', 'audit', 'event-log', 'unit-of-work', 'domain', 'services'],
  'webhook-delivery': [
    'lib',
    'db',
    'auth',
    'event-log',
    'unit-of-work',
    'domain',
    'services',
    'graphql/core',
    'graphql',
    'worker',
  ],
  http: [
    ...['lib', 'db', 'auth', 'event-log', 'replica', 'live', 'metrics', 'services'],
    ...['graphql/core', 'graphql/<noun>', 'graphql'],
  ],
  cli: ['lib', 'file-storage', 'config', 'db', 'domain'],
  seed: ['lib', 'config', 'db', 'auth', 'event-log', 'domain', 'cli'],
  app: [
    ...[
      'lib',
      'file-storage',
      'config',
      'db',
      'auth',
      'replica',
      'unit-of-work',
      'domain',
      'live',
      'metrics',
      'tracing',
      'services',
    ],
    ...['worker', 'webhook-delivery', 'http', 'seed'],
  ],
};

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll(path.sep, '/'))
  .filter((file) => file.endsWith('.ts') && !file.startsWith('generated/'));

const topRooms: Record<string, string> = {
  environment: 'config',
  'environment.ts': 'config',
  'config.ts': 'config',
  'services.ts': 'services',
};

const rooms = new Map(files.map((file) => [file, roomOf(file)]));

function roomOf(file: string): string {
  const [folder = '', inner = '', ...rest] = file.split('/');
  if (inner === '' || topRooms[folder]) return topRooms[folder] ?? 'app';
  if (folder !== 'graphql' || rest.length === 0) return folder;
  return inner === 'core' ? 'graphql/core' : 'graphql/<noun>';
}

/** The project's files that a file imports, types included. */
function importsOf(file: string): string[] {
  const text = readFileSync(`src/${file}`, 'utf8');
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)]
    .map(([, specifier = '']) => path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts'))
    .filter((imported) => !imported.startsWith('generated/'));
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));

/** The first circle of imports that a file leads into, or null. */
function circleFrom(file: string, way: readonly string[], done: Set<string>): string[] | null {
  if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
  if (done.has(file)) return null;
  for (const imported of imports.get(file) ?? []) {
    const circle = circleFrom(imported, [...way, file], done);
    if (circle) return circle;
  }
  done.add(file);
  return null;
}

describe('the layers of src', () => {
  it('import downward only, as the table allows', () => {
    const violations = files.flatMap((file) =>
      (imports.get(file) ?? [])
        .map((imported) => ({ imported, from: roomOf(file), to: rooms.get(imported) ?? 'nowhere' }))
        .filter(({ from, to }) => from !== to && !allowed[from]?.includes(to))
        .map(({ imported, from, to }) => `src/${file} imports src/${imported}, but ${from} may not import ${to}`),
    );
    expect(violations).toEqual([]);
  });

  it('are all in the table, which lists only lower layers for each', () => {
    const order = Object.keys(allowed);
    expect([...new Set(rooms.values())].filter((room) => !order.includes(room))).toEqual([]);
    const upwards = Object.entries(allowed).flatMap(([room, imported]) =>
      imported.filter((each) => order.indexOf(each) >= order.indexOf(room)).map((each) => `${room} imports ${each}`),
    );
    expect(upwards).toEqual([]);
  });

  it('use every import that the table allows', () => {
    const used = new Set(
      files.flatMap((file) => (imports.get(file) ?? []).map((each) => `${roomOf(file)} imports ${rooms.get(each)}`)),
    );
    const unused = Object.entries(allowed).flatMap(([room, imported]) =>
      imported.map((each) => `${room} imports ${each}`).filter((arrow) => !used.has(arrow)),
    );
    expect(unused).toEqual([]);
  });
});

describe('the files of src', () => {
  it('never import each other in a circle, not even for types', () => {
    const done = new Set<string>();
    const circles = files.flatMap((file) => circleFrom(file, [], done)?.join(' imports ') ?? []);
    expect(circles).toEqual([]);
  });

  it('are in a folder, except for at most six', () => {
    expect(files.filter((file) => !file.includes('/')).length).toBeLessThanOrEqual(6);
  });
});
