import { fileURLToPath } from 'node:url';
import { eventually } from '../../live/support/listen.js';
import type { Program } from './program.js';

/** What the environment of a server must have for `heapOf`. */
export const HEAP_ON_SIGNAL = {
  NODE_OPTIONS: `--require="${fileURLToPath(new URL('heap-on-signal.cjs', import.meta.url))}"`,
};

const PATIENCE_MS = 60_000;

/** Bytes of a server's heap. */
export type Heap = {
  /** Taken by old objects before a full collection: those in use, and those that died as old ones since the last one. */
  grownOld: number;
  /** Taken by old objects after it. */
  old: number;
  /** In use. */
  used: number;
};

/** Collects the garbage of a server, which is one of its own so that nothing else is in its heap. */
export async function heapOf({ process: { pid }, output }: Program): Promise<Heap> {
  const answers = () => [...output.stderr.matchAll(/(?<=^\{"heap":)\{.*\}(?=\}$)/gm)].map(([figures]) => figures);
  const { length } = answers();
  if (pid === undefined) throw new Error('The server has not started.');
  process.kill(pid, 'SIGUSR2');
  await eventually(() => answers().length > length, 'it answers', PATIENCE_MS);
  return JSON.parse(answers()[length] ?? '');
}
