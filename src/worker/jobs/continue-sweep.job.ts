import { finishSweep } from '../../domain/sweeps/continue-sweep.js';
import { CONTINUE_SWEEP, sweep } from '../../domain/sweeps/sweep.js';
import { defineJob } from '../job.js';

/** Does what a mutation of very many conversations has left to do. Finds nothing to do if it has finished by itself. */
export const continueSweep = defineJob({
  name: CONTINUE_SWEEP,
  payload: sweep,
  run: (payload, context) => finishSweep(context, payload, context.signal),
});
