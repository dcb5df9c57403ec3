import { messageOf } from './error-info.js';

/**
 * The process cannot start or continue as configured. The message is one line that tells the operator what to change.
 */
export class StartError extends Error {
  override readonly name: string = 'StartError';

  constructor(message: string, options?: ErrorOptions) {
    super(message.replace(/\s*\n\s*/g, ' ').trim(), options);
  }
}

/**
 * Runs a program and exits: with code 0 when it returns, with code 1 when it throws. A StartError is printed as one
 * line, because the operator can fix it; any other error is printed with its stack.
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

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const ONE_KEYPRESS_MS = 1_000;

/**
 * Resolves when the process is asked to stop: by Ctrl-C, SIGTERM, or a closed terminal. A second signal more than one
 * second later exits immediately with code 1. Signals closer together count as one, because npm forwards the Ctrl-C
 * that the terminal has already sent to the whole process group.
 */
export function shutdownSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = () => {
      first ??= performance.now();
      if (performance.now() - first > ONE_KEYPRESS_MS) process.exit(1);
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
}

const EXIT_CODE_INTERRUPTED = 130;

/**
 * Makes Ctrl-C, SIGTERM and a closed terminal end a command through `process.exit`, so that exit handlers run and stop
 * an embedded database that the command started.
 */
export function exitOnInterrupt(): void {
  for (const signal of SIGNALS) process.once(signal, () => process.exit(EXIT_CODE_INTERRUPTED));
}
