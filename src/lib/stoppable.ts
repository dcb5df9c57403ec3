/** Ends something that was started. */
export type Stop = () => Promise<unknown>;

/**
 * Starts something of several parts, each of which adds how it is stopped. Adds `stop` to it, which stops the last part
 * first, and all of them where one fails. Where `start` fails, what it had started is stopped at once.
 */
export async function stoppable<Started extends object>(
  start: (stops: Stop[]) => Promise<Started>,
): Promise<Started & { stop: () => Promise<void> }> {
  const stops: Stop[] = [];
  const stop = async () => {
    const failures: unknown[] = [];
    for (const stopPart of stops.splice(0).reverse()) {
      await stopPart().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    return { ...(await start(stops)), stop };
  } catch (error) {
    // What could not be stopped is less worth knowing than why it had to be.
    await stop().catch(() => undefined);
    throw error;
  }
}
