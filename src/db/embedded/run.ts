import { spawn } from 'node:child_process';

/** The system user that PostgreSQL's programs run as. */
export type SystemUser = { uid: number; gid: number };

/** The environment of PostgreSQL's programs. Our own, with PGDATA or a locale, could change what they do. */
export const CLEAN_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };

export type Finished = { code: number | null; stdout: string; stderr: string };

/**
 * Runs a program as the given user and waits for its end. The program has its own session, so that Ctrl-C in the
 * terminal does not reach it. It is stopped if this process exits first.
 * @throws the system's error if the program cannot be started
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

/** The line of a program's output that says why it failed. The first error counts: later ones are its consequences. */
export function reasonIn(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const reason = lines.find((line) => /\b(FATAL|PANIC|error):/.test(line)) ?? lines.at(-1) ?? 'no reason given';
  return reason
    .replace(/^.*?\b(FATAL|PANIC|error): */, '')
    .replace(/^(postgres|initdb): */, '')
    .trim();
}
