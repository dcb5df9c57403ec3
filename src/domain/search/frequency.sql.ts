import type { Read } from '../../db/read.js';
import type { SearchTerms } from './search-text.js';

export type Frequency = {
  /** The messages of all workspaces. */
  messages: number;
  /** The share of them that has the rarest word of the search; 0 if that is not among the thousand most common ones. */
  share: number;
};

/**
 * How frequent the words of a search are, from the statistics that ANALYZE last made of the index of words. Words that are
 * frequent only in a small workspace, or that nobody has counted yet, are taken to be rare.
 */
export async function frequencyOf(read: Read, { text }: SearchTerms): Promise<Frequency> {
  const [row] = await read<Frequency>`
    SELECT (SELECT reltuples::float8 FROM pg_class WHERE oid = '"Message"'::regclass) AS messages,
      coalesce(min(w.share), 0)::float8 AS share
    FROM (
      SELECT coalesce(sum(e.share), 0) AS share
      FROM unnest(parley_terms(translate(parley_fold(${text}), '''', ' '))) t(word)
      LEFT JOIN (
        SELECT e.* FROM pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) e(word, share)
        WHERE s.schemaname = 'public' AND s.tablename = 'Message_words_idx' AND s.attname = 'parley_lexemes' OFFSET 0
      ) e ON starts_with(e.word, t.word)
      GROUP BY t.word
    ) w`;
  return row ?? { messages: 0, share: 0 };
}
