/** A clock that stands still until a test moves it. */
export function testClock(start: string | number) {
  let now = new Date(start);
  return {
    now: () => now,
    /** Moves it on, by a second unless told otherwise, and answers the time then. */
    tick: (milliseconds = 1000) => {
      now = new Date(now.getTime() + milliseconds);
      return now.toISOString();
    },
  };
}
