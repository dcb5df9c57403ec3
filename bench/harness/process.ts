import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of a contestant, in a process of its own. */
export type Server = {
  /** The origin it listens on, such as http://127.0.0.1:4000. */
  url: string;
  /** CPU time that the process has used, user and system, in milliseconds. Advances in steps of 10. */
  cpuMs: () => Promise<number>;
  /** Resident memory in bytes. */
  rss: () => Promise<number>;
  stop: () => Promise<void>;
};

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const TICK_MS = 10;
const START_MS = 60_000;
const STOP_MS = 10_000;
const LISTENING = /https?:\/\/[\w.:]+/;

/** Starts a server, and waits until it has written the address it listens on. Its output goes to a file, as in production. */
export async function startProcess(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<Server> {
  const directory = await mkdtemp(path.join(tmpdir(), 'parley-bench-'));
  const log = path.join(directory, 'log');
  const output = await open(log, 'w');
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', output.fd, output.fd] });
  running.add(child);
  await output.close();
  const stop = async () => {
    await stopProcess(child);
    running.delete(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const url = await addressIn(log, child);
    return { url, cpuMs: () => cpuMsOf(child.pid), rss: () => rss(child.pid), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function addressIn(log: string, child: ChildProcess): Promise<string> {
  for (const deadline = Date.now() + START_MS; ; await sleep(50)) {
    const text = await readFile(log, 'utf8');
    const line = text.split('\n').find((each) => / listens on /.test(each));
    const found = line && LISTENING.exec(line)?.[0];
    if (found) return found;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`A server did not start: ${text}`);
  }
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await closed;
  clearTimeout(timer);
}

/** The CPU time that a process has used, user and system, in milliseconds. Rejects if there is none. */
export async function cpuMsOf(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may contain blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

async function rss(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}
