import { useEffect, useMemo, useState } from 'react';
import { SearchDocument } from '../generated/operations.js';
import { useQuery } from '../shared/use-query.js';
import type { RowData } from './row.js';

const PAUSE_MS = 200;

/** What the server finds for these words once somebody pauses typing. A search is not followed, so it can be outdated. */
export function useSearch(words: string): { rows: readonly RowData[]; isLoading: boolean; failure: string | null } {
  const wanted = words.trim();
  const [search, setSearch] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setSearch(wanted), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const { data, isLoading, failure } = useQuery(SearchDocument, { filter: { search } }, { skip: search === '' });
  const rows = useMemo(() => data?.conversations.edges.map(({ node }) => node) ?? [], [data]);
  return { rows, isLoading: isLoading || search !== wanted, failure };
}
