/** Whether work queues because more comes than is done, and for how long that has been so. */
export type Pressure = {
  arrived: () => void;
  done: () => void;
  /** Notes that something was refused because there was too much. */
  refused: () => void;
  /** Notes that nobody waits for others any more. */
  emptied: () => void;
  /** Looks at the queue: at which time, and for how long its first has waited for others, in milliseconds; null if none does. */
  look: (now: number, waitedMs: number | null) => void;
  /** Whether more has come lately than was done, while work queued. */
  isGrowing: () => boolean;
  /** Whether that has lasted, so that most of what queues would wait in vain, until hardly anything has to be refused. */
  isTooMuch: () => boolean;
};

const INTERVAL_MS = 50;
/** How many times more has to come than is done. */
const MORE = 1.1;
/** For how long the first has to have waited, in milliseconds. Less is what a few long operations cost everybody. */
const HELD_UP_MS = 50;
/**
 * For so many intervals it has to last, and so many requests it has to be. A burst has come by then, even if answering it
 * takes longer; and where less has piled up, all of it is answered sooner than its callers would come again.
 */
const LASTING = { intervals: 5, excess: 60 };
/** A queue that grows slowly is too much if it was never empty for so many intervals, and its first has waited so long. */
const STANDING = { intervals: 60, waitedMs: 200 };

/** So much more has to have come before what is newest goes first. */
const PILED_UP = 20;

/** It is over when for so many intervals no more was refused than this part of what was done. */
const OVER = 4;
const FEW = 0.1;

export function createPressure(): Pressure {
  let began = 0;
  let arrivals = 0;
  let completions = 0;
  let refusals = 0;
  let wasEmpty = true;
  let standing = 0;
  let growing = 0;
  let excess = 0;
  let tooMuch = false;
  let calm = 0;

  function endInterval(waitedMs: number): void {
    standing = wasEmpty ? 0 : standing + 1;
    growing = waitedMs >= HELD_UP_MS && arrivals > completions * MORE ? growing + 1 : 0;
    excess = growing > 0 ? excess + arrivals - completions : 0;
    calm = refusals > completions * FEW ? 0 : calm + 1;
    const lasts = growing >= LASTING.intervals && excess >= LASTING.excess;
    if (lasts || (standing >= STANDING.intervals && waitedMs >= STANDING.waitedMs)) tooMuch = true;
    else if (calm >= OVER) tooMuch = false;
    arrivals = 0;
    completions = 0;
    refusals = 0;
  }

  return {
    arrived: () => {
      arrivals += 1;
    },
    done: () => {
      completions += 1;
    },
    refused: () => {
      refusals += 1;
    },
    emptied: () => {
      wasEmpty = true;
    },
    look: (now, waitedMs) => {
      if (waitedMs === null) wasEmpty = true;
      if (now - began < INTERVAL_MS) return;
      began = now;
      endInterval(waitedMs ?? 0);
      wasEmpty = waitedMs === null;
    },
    isGrowing: () => excess >= PILED_UP,
    isTooMuch: () => tooMuch,
  };
}
