import type { Frequency } from './frequency.sql.js';

type Search<Row> = {
  /** How frequent the words are. */
  frequency: Frequency;
  /** Reads so many messages from the beginning of the list, or those of its rows, and returns the page of those that match. */
  read: (messages: number) => Promise<Row[]>;
  /** Rows that make the page, one more than it shows, and those before it that an offset skips. */
  limit: number;
  offset: number;
  /** Whether filters leave out rows that are read. */
  filtered: boolean;
};

/** Up to this share of all messages, reading them costs less than what the index has of a word that fills a page by then. */
const LARGEST_SHARE = 1 / 40;
const MOST = 100_000;
/** How many times further than on average the matches of a page may be apart: words come in clusters. */
const PATIENCE = 16;
/** Read first, to see whether there are any matches among those, where the rest would cost much or filters leave little. */
const SAMPLE = 1000;
const SAMPLED_FROM = 8000;
/** How many times as many matches as the page needs must be expected after a sample. */
const MARGIN = 2;

/**
 * Searches a list in its order, and stops at the end of the page. What it costs depends on how frequent the words are, and
 * not on how often they occur: the index of words, which knows no order, returns everything that has them. null if the
 * index is the better way: if the words are rare, or the page is not full when as much has been read as it would cost.
 */
export async function searchInOrder<Row>({
  frequency,
  read,
  limit,
  offset,
  filtered,
}: Search<Row>): Promise<Row[] | null> {
  const needed = offset + limit;
  const most = Math.min(MOST, frequency.messages * LARGEST_SHARE);
  if (frequency.share * most < needed) return null;
  const budget = Math.ceil(Math.min(most, (PATIENCE * needed) / frequency.share));
  if (budget > (filtered ? SAMPLE : SAMPLED_FROM)) {
    const sample = await read(SAMPLE);
    if (sample.length >= limit) return sample;
    if (sample.length === 0 || (offset + sample.length) * (budget / SAMPLE) < MARGIN * needed) return null;
  }
  const rows = await read(budget);
  return rows.length >= limit ? rows : null;
}
