/** How far a standby is behind its primary, as far as that is known. Times are those of `performance.now`. */
export type ReplayLag = {
  /** Notes how far the primary's write-ahead log reached at a time or later. */
  written: (at: number, lsn: bigint) => void;
  /** Notes how far the standby has replayed it. */
  replayed: (lsn: bigint) => void;
  /** The standby shows everything that was committed before this time; null if that is not known of any. */
  coveredUntil: () => number | null;
  /** Bytes of the log that were not replayed when both were last asked. */
  bytes: () => number;
};

/** Several minutes of them. What is older says nothing that is still of interest. */
const MAX_SAMPLES = 1_000;
/** The header of a page, which the primary counts as soon as a page is full, and the standby with what comes behind it. */
const PAGE_HEADER = 24n;

export function createReplayLag(): ReplayLag {
  let samples: { at: number; lsn: bigint }[] = [];
  let covered: number | null = null;
  let end = 0n;
  let reached = 0n;
  return {
    written: (at, lsn) => {
      samples.push({ at, lsn });
      if (samples.length > MAX_SAMPLES) samples.shift();
      end = lsn;
    },
    replayed: (lsn) => {
      reached = lsn;
      for (const { at, lsn: written } of samples) if (written <= lsn + PAGE_HEADER) covered = at;
      samples = samples.filter(({ lsn: written }) => written > lsn + PAGE_HEADER);
    },
    coveredUntil: () => covered,
    bytes: () => Math.max(0, Number(end - reached)),
  };
}

/** A position in the write-ahead log as PostgreSQL writes it, such as 16/B374D848, as a number of bytes. */
export function bytesOfLsn(text: string): bigint {
  const [high, low] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
