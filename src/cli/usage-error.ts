import { messageOf } from '../lib/error-info.js';
import { StartError } from '../lib/program.js';

/** What `parse` answers; a wrong option becomes one line that ends in the usage. */
export function parseOrExplain<Result>(usage: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    throw usageError(messageOf(error), usage);
  }
}

/** The command was called in a way that it does not take. */
export function usageError(complaint: string, usage: string): StartError {
  return new StartError(`${complaint.replace(/ To specify .*/s, '')} Usage: ${usage}`);
}
