import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunDatabase } from './database.js';
import { type Server, startProcess } from './process.js';

const BENCH = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const MAIN = path.join(BENCH, '..', 'dist', 'main.js');

/** A version of Node.js. */
export type Runtime = { name: string; file: string };

export type Kind = 'Parley' | 'Limit' | 'PostGraphile' | 'Mercurius' | 'Yoga' | 'ws';

/** A server on a version of Node.js. */
export type Contestant = {
  name: string;
  kind: Kind;
  runtime: Runtime;
  start: (database: RunDatabase, env?: NodeJS.ProcessEnv) => Promise<Server>;
};

const major = Number.parseInt(process.versions.node, 10);
const own: Runtime = { name: `Node ${major}`, file: process.execPath };
const installed = path.join(BENCH, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');

/** Node 24 or later, on which the contestants are compared. */
export const latest: Runtime = major >= 24 ? own : { name: 'Node 24', file: installed };
if (!existsSync(latest.file)) throw new Error('There is no Node 24: run this with it, or run npm ci in bench/ first.');

/** And the running one, if it is older. */
export const runtimes: Runtime[] = latest === own ? [own] : [latest, own];

const PRODUCTION = { NODE_ENV: 'production' };

/** Parley as its users start it: with authentication, limits, logging and the worker. */
export const parley = (runtime: Runtime): Contestant => ({
  name: `Parley, ${runtime.name}`,
  kind: 'Parley',
  runtime,
  start: ({ url }, env = {}) =>
    startProcess(runtime.file, [MAIN], { ...PRODUCTION, DATABASE_URL: url, HOST: '127.0.0.1', PORT: '0', ...env }),
});

const SWITCH_OFF = path.join(BENCH, 'tax', 'register.mjs');

/** Parley without parts of it, which `bench/tax` names; `what` says it in words, and is empty for all of Parley. */
export const parleyWithout = (
  runtime: Runtime,
  what: string,
  parts: string,
  env: NodeJS.ProcessEnv = {},
): Contestant => ({
  name: `Parley${what && ` without ${what}`}, ${runtime.name}`,
  kind: 'Parley',
  runtime,
  start: ({ url }) =>
    startProcess(runtime.file, ['--import', SWITCH_OFF, MAIN], {
      ...PRODUCTION,
      DATABASE_URL: url,
      HOST: '127.0.0.1',
      PORT: '0',
      WITHOUT: parts,
      ...env,
    }),
});

const script =
  (kind: Kind, name: string, file: string) =>
  (runtime: Runtime): Contestant => ({
    name: `${name}, ${runtime.name}`,
    kind,
    runtime,
    start: ({ url }, env = {}) =>
      startProcess(runtime.file, ['--import', 'tsx', path.join(BENCH, file)], {
        ...PRODUCTION,
        GRAPHILE_ENV: 'production',
        DATABASE_URL: url,
        ...env,
      }),
  });

/** What nobody can beat: node:http and prepared statements that return JSON, or bare statements for a write. */
export const limit = script('Limit', 'limit', 'limit/database.ts');
/** What nobody can beat: the library ws, sending text that is there already. */
export const rawSockets = script('ws', 'ws alone', 'limit/sockets.ts');
export const postgraphile = script('PostGraphile', 'PostGraphile', 'peers/postgraphile.ts');
export const mercurius = script('Mercurius', 'Mercurius with JIT', 'peers/mercurius.ts');
export const yoga = script('Yoga', 'Yoga with graphql-ws', 'peers/yoga.ts');
