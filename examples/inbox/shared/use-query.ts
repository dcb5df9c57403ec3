import { useClient, useConnectionStatus } from '@parley/client/react';
import { useEffect, useState } from 'react';
import type { TypedDocumentString } from '../generated/operations.js';

type Answer<Data> = { key: string; data: Data | null; failure: string | null };

/**
 * Asks the server for what the client does not follow, again when `version` or the variables change and when there is a
 * connection again. What was answered before shows until then, unless the variables are others.
 */
export function useQuery<Data, Variables extends object>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  { version = 0, skip = false }: { version?: number; skip?: boolean } = {},
): { data: Data | null; isLoading: boolean; failure: string | null } {
  const client = useClient();
  const isLive = useConnectionStatus().state === 'LIVE';
  const key = JSON.stringify(variables);
  const [answer, setAnswer] = useState<Answer<Data> | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the variables; version asks again.
  useEffect(() => {
    if (skip || !isLive) return;
    let isCurrent = true;
    client.request(document, variables).then(
      (data) => isCurrent && setAnswer({ key, data, failure: null }),
      ({ message }) => isCurrent && setAnswer({ key, data: null, failure: String(message) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [client, document, key, version, skip, isLive]);

  const shown = answer?.key === key && !skip ? answer : null;
  return { data: shown?.data ?? null, isLoading: !shown && !skip, failure: shown?.failure ?? null };
}
