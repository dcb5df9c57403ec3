import type { Kept } from './load.js';
import type { World } from './world.js';

/** Something that operators rehearse. */
export type Scenario = {
  /** Its name in `--only`. */
  name: string;
  /** What is killed, as the table says it. */
  killed: string;
  /** Why it cannot run on this machine; undefined if it can. */
  missing?: string | undefined;
  /** Whether a request may fail meanwhile, to be sent again. */
  mayFail: boolean;
  run: (world: World) => Promise<Outcome>;
};

export type Outcome = Kept & {
  /** How long it took until all were served again, in milliseconds, or what was the longest that a request waited. */
  awayMs: number;
};

/** Whether nothing was lost that must not be. */
export function isKept({ mayFail }: Pick<Scenario, 'mayFail'>, { lost, failed, sockets }: Outcome): boolean {
  return lost === 0 && sockets.resumed === sockets.all && (mayFail || failed === 0);
}
