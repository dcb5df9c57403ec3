const ONE_KEYPRESS_MS = 1_000;

/**
 * Resolves when the process is told to end, by Ctrl-C, a closed terminal or SIGTERM. Told again a second later or after,
 * it ends at once with exit code 1: npm passes on the Ctrl-C that the terminal has sent already, so that one keypress can
 * arrive twice.
 */
export function shutdownSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = () => {
      first ??= performance.now();
      if (performance.now() - first > ONE_KEYPRESS_MS) process.exit(1);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}
