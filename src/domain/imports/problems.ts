import { z } from 'zod';
import { StartError } from '../../lib/program.js';

/** Where a line stands. */
export type Place = { file: string; line: number };

/** The lines that could not be read. */
export type Problems = {
  /** Returns what `read` returns; undefined if it throws ZodError or SyntaxError, which is reported then. */
  attempt: <Result>(place: Place, read: () => Result) => Result | undefined;
  count: () => number;
};

/**
 * Reports lines that cannot be read, each as one line of text, and stops the import at the first one too many.
 * @throws {StartError} from `attempt` if more than `most` lines cannot be read
 */
export function createProblems(most: number, report: (problem: string) => void): Problems {
  let count = 0;

  function add({ file, line }: Place, error: z.ZodError | SyntaxError): void {
    count += 1;
    const problem = `${file}:${line} is left out: ${reasonOf(error)}`;
    if (count > most) {
      throw new StartError(
        `${problem} That is one line too many of those that cannot be read: correct or fetch them again, or allow more with --bad-lines, and run the import again. It goes on where it was.`,
      );
    }
    report(problem);
  }

  return {
    attempt: (place, read) => {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
        add(place, error);
        return undefined;
      }
    },
    count: () => count,
  };
}

function reasonOf(error: z.ZodError | SyntaxError): string {
  if (error instanceof SyntaxError) return 'it is not JSON. Fetch the object again.';
  const [issue] = error.issues;
  const path = issue?.path.map(String).join('.');
  return `${path ? `${path}: ` : ''}${issue?.message ?? 'it is not as documented'}. Correct it, or fetch the object again.`;
}
