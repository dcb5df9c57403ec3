const EXIT_CODE_INTERRUPTED = 130;

/** Ends a command on Ctrl-C as an exit rather than by the signal, so that a database it has started is stopped. */
export function endOnInterrupt(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(EXIT_CODE_INTERRUPTED));
  }
}
