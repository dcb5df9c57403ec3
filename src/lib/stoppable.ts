/** Stops something that was started. */
export type Stop = () => Promise<unknown>;

/**
 * Starts something that consists of several parts; `start` adds to `stops` how each part is stopped. The result gets a
 * `stop` function, which stops the last part first and continues if one fails, throwing the first error at the end. If
 * `start` fails, the parts that it has started are stopped before its error is thrown.
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
    // The original error matters more than one from stopping.
    await stop().catch(() => undefined);
    throw error;
  }
}
