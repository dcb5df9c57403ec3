import { messageOf } from './error-info.js';
import { StartError } from './start-error.js';

/**
 * Runs a program to its end and leaves with exit code 0, or with 1 when it fails: in one line where its operator can do
 * something about it, and with the stack where only its programmer can.
 */
export async function runProgram(program: () => Promise<void>): Promise<never> {
  try {
    await program();
    process.exit(0);
  } catch (error) {
    const text = error instanceof Error && !(error instanceof StartError) ? error.stack : undefined;
    process.stderr.write(`${text ?? messageOf(error)}\n`);
    process.exit(1);
  }
}
