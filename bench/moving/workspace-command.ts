import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { cpuMsOf } from '../harness/process.js';

const LOOK_EVERY_MS = 100;

/** Runs `workspace` on a database, and returns the CPU time that its process took, in milliseconds. */
export async function workspaceCommand(url: string, args: string[]): Promise<number> {
  const child = spawn(process.execPath, ['../dist/cli/workspace.js', ...args], {
    env: { ...process.env, DATABASE_URL: url, UPLOADS: tmpdir() },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let cpuMs = 0;
  const look = setInterval(() => {
    // The process may have ended meanwhile.
    cpuMsOf(child.pid).then(
      (now) => {
        cpuMs = now;
      },
      () => undefined,
    );
  }, LOOK_EVERY_MS);
  const complaint = text(child.stderr);
  const [code] = await once(child, 'close');
  clearInterval(look);
  if (code !== 0) throw new Error(`workspace ${args.join(' ')} failed: ${await complaint}`);
  return cpuMs;
}
