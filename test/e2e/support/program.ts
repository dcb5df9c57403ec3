import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { installation } from './installation.js';

export type Invocation = {
  /** The environment variables besides PATH. */
  env?: NodeJS.ProcessEnv;
  /** What to run instead of the server, in the installation. */
  command?: string[];
  /** Where it is installed; left out: where all tests have it. */
  root?: string;
  /** The user to run as, and the directory to run in. */
  user?: { uid: number; gid: number };
  cwd?: string;
};

export type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

export type Running = {
  process: ChildProcess;
  /** What it has written until now. */
  output: { stdout: string; stderr: string };
  ended: Promise<Ended>;
};

export type RunningServer = Running & {
  url: string;
  /** Of the demo workspace. */
  key: string | undefined;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
};

export const SERVER = ['node', 'dist/main.js'];

/** Starts a program of the installation in a process group of its own. */
export async function start({ env = {}, command = SERVER, root, user, cwd }: Invocation): Promise<Running> {
  const home = root ?? (await installation());
  const [name = '', ...args] = command.map((word) => (word.startsWith('dist/') ? path.join(home, word) : word));
  const child = spawn(name === 'node' ? process.execPath : name, args, {
    ...user,
    cwd: cwd ?? home,
    env: { PATH: process.env.PATH, PORT: '0', ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    process.off('exit', kill);
    return { code, signal, ...output };
  });
  return { process: child, output, ended };
}

/** Runs a program of the installation to its end. */
export async function runToEnd(invocation: Invocation): Promise<Ended> {
  return (await start(invocation)).ended;
}

/** Starts the server and waits until it has announced itself. */
export async function startServer(invocation: Invocation): Promise<RunningServer> {
  const running = await start(invocation);
  const url = await announced(running);
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    running.process.kill(signal);
    return running.ended;
  };
  return { ...running, url, key: /parley_sk_[\w-]+/.exec(running.output.stdout)?.[0], stop };
}

async function announced({ process: child, output, ended }: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      const url = /http:\S+\/graphql(?=\n)/.exec(output.stdout)?.[0];
      // The last line of what is announced ends with a line break.
      if (url && output.stdout.endsWith('\n')) resolve(url);
    });
    ended.then(({ code, stderr }) => reject(new Error(`The server ended with exit code ${code}: ${stderr}`)));
  });
}
