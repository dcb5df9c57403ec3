/** How many tries run at once: of all workspaces, and of one. */
export type Share = { total: number; perWorkspace: number };

/** Whoever waits for a place; `fill` takes it. */
type Waiter = { workspaceId: string; fill: () => void };

/** Where tries run. */
export type Places<W extends Waiter> = {
  /** Takes at most so many places for a workspace, and answers how many. */
  take: (workspaceId: string, wanted: number) => number;
  /** Gives back places of a workspace; whoever waits for one comes first. */
  give: (workspaceId: string, count: number) => void;
  wait: (waiter: W) => void;
  isWaiting: (waiter: W) => boolean;
};

/**
 * Places of which no workspace holds more than its share, also while others need none: a try can hold its place for many
 * seconds, for which one that comes next should not wait. Workspaces that wait take turns, and so do those that wait in
 * one workspace.
 */
export function createPlaces<W extends Waiter>({ total, perWorkspace }: Share): Places<W> {
  let free = total;
  const held = new Map<string, number>();
  const waiting = new Map<string, Set<W>>();

  const heldBy = (workspaceId: string) => held.get(workspaceId) ?? 0;
  const freeFor = (workspaceId: string) => Math.min(free, perWorkspace - heldBy(workspaceId));

  function hold(workspaceId: string, change: number): void {
    free -= change;
    const count = heldBy(workspaceId) + change;
    if (count === 0) held.delete(workspaceId);
    else held.set(workspaceId, count);
  }

  /** Who is next, of the workspaces that may have a place; it waits no more, and its workspace goes to the end. */
  function next(): W | null {
    for (const [workspaceId, waiters] of waiting) {
      const [first] = waiters;
      if (!first || freeFor(workspaceId) <= 0) continue;
      waiters.delete(first);
      waiting.delete(workspaceId);
      if (waiters.size > 0) waiting.set(workspaceId, waiters);
      return first;
    }
    return null;
  }

  return {
    take: (workspaceId, wanted) => {
      const count = Math.max(0, Math.min(wanted, freeFor(workspaceId)));
      hold(workspaceId, count);
      return count;
    },
    give: (workspaceId, count) => {
      hold(workspaceId, -count);
      // All who may have one: whoever has no use for it any more, such as for a pause, passes it on by that.
      for (let waiter = next(); waiter; waiter = next()) waiter.fill();
    },
    wait: (waiter) => {
      const waiters = waiting.get(waiter.workspaceId) ?? new Set();
      waiting.set(waiter.workspaceId, waiters.add(waiter));
    },
    isWaiting: (waiter) => waiting.get(waiter.workspaceId)?.has(waiter) ?? false,
  };
}
