/** A clock that only a test moves. */
export function testClock(start: string | number) {
  let now = new Date(start);
  return {
    now: () => now,
    /** Moves it forward, by default a second, and returns the new time. */
    tick: (milliseconds = 1000) => {
      now = new Date(now.getTime() + milliseconds);
      return now.toISOString();
    },
  };
}
