import { setTimeout as sleep } from 'node:timers/promises';

/** Whether the process is about to stop, which load balancers learn before requests do. */
export type LameDuck = {
  isLeaving: () => boolean;
  /** From here on the process is not ready, and serves for so many seconds more. */
  last: (seconds: number) => Promise<void>;
};

/** A load balancer goes on sending requests until it has seen that a process is not ready, or has been told. */
export function createLameDuck(): LameDuck {
  let leaving = false;
  return {
    isLeaving: () => leaving,
    last: async (seconds) => {
      leaving = true;
      if (seconds > 0) await sleep(seconds * 1000);
    },
  };
}
