import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { z } from 'zod';
import { attackForever, attacks } from './attacks.js';
import type { SoakWorkspace } from './workspace.js';

/** How many attackers there are: one for each way. */
export const ATTACKERS = Object.keys(attacks).length;

export type Attackers = {
  /** What became of the requests of each attack, by code or status. */
  outcomes: Record<string, Record<string, number>>;
  stop: () => void;
};

const target = z.object({
  url: z.string(),
  attackers: z.array(z.object({ token: z.string(), conversationId: z.string() })),
});
const outcome = z.tuple([z.string(), z.string()]);

/** Starts all attackers, in a process of their own so that they delay no honest request here. */
export function startAttackers({ url, attackers }: SoakWorkspace): Attackers {
  const outcomes: Attackers['outcomes'] = {};
  const child: ChildProcess = fork(process.argv[1] ?? '', ['--attack']);
  // As if they were on machines of their own, where they could not take the processors from the server.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  child.send({ url, attackers });
  child.on('message', (message) => {
    const [attack, result] = outcome.parse(message);
    const counts = outcomes[attack] ?? {};
    counts[result] = (counts[result] ?? 0) + 1;
    outcomes[attack] = counts;
  });
  return { outcomes, stop: () => void child.kill('SIGKILL') };
}

/** What the attackers' process does. */
export function attack(): void {
  process.once('message', (message) => {
    const { url, attackers } = target.parse(message);
    const onOutcome = (name: string, result: string) => void process.send?.([name, result]);
    for (const [index, name] of Object.keys(attacks).entries()) {
      const attacker = attackers[index];
      if (attacker) void attackForever(name, attacker, { url, onOutcome });
    }
  });
  process.once('disconnect', () => process.exit());
}
