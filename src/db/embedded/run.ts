import { spawn } from 'node:child_process';

/** Whom PostgreSQL's programs run as. */
export type SystemUser = { uid: number; gid: number };

/** What PostgreSQL's programs are started with: nothing of ours, such as PGDATA or a locale, may change what they do. */
export const CLEAN_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };

export type Finished = { code: number | null; stdout: string; stderr: string };

/**
 * Runs a program to its end, as the given user. It has its own session, so that Ctrl-C in the terminal does not reach it;
 * when this process ends before it does, it is stopped.
 * @throws the system's error when the program cannot be started
 */
export function run(file: string, args: string[], user?: SystemUser): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...user,
      cwd: '/',
      env: CLEAN_ENVIRONMENT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stop = () => child.kill();
    process.once('exit', stop);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', (error) => {
      process.off('exit', stop);
      reject(error);
    });
    child.once('close', (code) => {
      process.off('exit', stop);
      resolve({ code, stdout, stderr });
    });
  });
}

/** The line of a program's output that says why it failed: the first complaint, as what follows comes of it. */
export function reasonIn(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const reason = lines.find((line) => /\b(FATAL|PANIC|error):/.test(line)) ?? lines.at(-1) ?? 'no reason given';
  return reason
    .replace(/^.*?\b(FATAL|PANIC|error): */, '')
    .replace(/^(postgres|initdb): */, '')
    .trim();
}
