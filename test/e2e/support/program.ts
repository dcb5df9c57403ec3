import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { poolUrlFor } from '../../support/pooler.js';
import { installation } from './installation.js';

export type Invocation = {
  /** The environment variables besides PATH; PORT is any free one. */
  env?: NodeJS.ProcessEnv;
  /** What to run in the installation; left out: the server. */
  command?: [string, ...string[]];
  /** Where Parley is installed; left out: where all tests have it. */
  root?: string;
  /** The user to run as; left out: the one that runs the tests. */
  user?: { uid: number; gid: number };
  /** Whether it gets a process group of its own, as from a shell; otherwise Ctrl-C for the tests ends it too. */
  ownGroup?: boolean;
};

export type Ended = { code: number | null; stdout: string; stderr: string };

/** Where a server is, and the key of its demo workspace. */
export type Announcement = { url: string; key: string | undefined };

export type Program = {
  process: ChildProcess;
  /** What it has written until now. */
  output: { stdout: string; stderr: string };
  ended: Promise<Ended>;
  /** Fails when the program ends before. */
  announced: Promise<Announcement>;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
};

/** For tests that start programs, on a machine that is busy with others. */
export const TIMEOUT = { timeout: 60_000 };

/** No time goes into better code for WebAssembly, of which Prisma compiles queries: most programs live for seconds. */
const QUICK_TO_START = '--liftoff-only';

/** A machine that does much else is late without being overloaded. */
const NOTHING_SHED = { MAX_EVENT_LOOP_DELAY_MS: '0', REFUSE_QUEUES: 'off' };

/** Nor is an operation slow, whose line tests look for. */
const NOTHING_SLOW = { SLOW_OPERATION_MS: '0' };

/** Nobody sends a process of these tests anything any more once it is told to stop. */
const ENDS_AT_ONCE = { DRAIN_SECONDS: '0' };

/** A server warns where those of all files beside it could open more connections than the database they share has. */
const FEW_CONNECTIONS = { DATABASE_POOL_SIZE: '6' };

/** Starts a program. */
export async function start({
  env,
  command = ['node', 'dist/main.js'],
  root,
  user,
  ownGroup,
}: Invocation): Promise<Program> {
  const [file, ...args] = command;
  const child = spawn(file, [...(file === 'node' ? [QUICK_TO_START] : []), ...args], {
    ...user,
    cwd: root ?? (await installation()),
    env: {
      PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
      PORT: '0',
      ...NOTHING_SHED,
      ...NOTHING_SLOW,
      ...ENDS_AT_ONCE,
      ...FEW_CONNECTIONS,
      ...(env?.DATABASE_URL ? { DATABASE_POOL_URL: poolUrlFor(env.DATABASE_URL) } : {}),
      ...env,
    },
    detached: ownGroup ?? false,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  const ended = once(child, 'close').then(([code]): Ended => ({ code, ...output }));
  const announced = new Promise<Announcement>((resolve, reject) => {
    child.stdout.on('data', () => {
      const url = /http:\S+\/graphql(?=\n)/.exec(output.stdout)?.[0];
      if (url) resolve({ url, key: /parley_sk_[\w-]+(?=\n)/.exec(output.stdout)?.[0] });
    });
    ended.then(({ code, stderr }) => reject(new Error(`The program ended with exit code ${code}: ${stderr}`)), reject);
  });
  // Not every program announces a server.
  announced.catch(() => undefined);
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return { process: child, output, ended, announced, stop };
}

/** Starts the server and waits until it has announced itself. */
export async function startServer(invocation: Invocation): Promise<Program & Announcement> {
  const program = await start(invocation);
  return { ...program, ...(await program.announced) };
}

/** Runs a program to its end. */
export async function runToEnd(invocation: Invocation): Promise<Ended> {
  return (await start(invocation)).ended;
}
