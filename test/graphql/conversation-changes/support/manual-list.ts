import { WebSocket } from 'ws';
import { followList, type ListedRow } from '../../../../docs/recipes/synced-list.js';
import { openNetwork } from '../../../faults/support/network.js';
import type { ConversationFilter } from '../../../generated/operations.js';
import type { TestWorkspace } from '../../../support/parley.js';
import { byId, readList } from './list-client.js';

/** A list that the manual's client keeps. */
export type ManualList = {
  filter: ConversationFilter;
  /** What it shows, and what it would if it read the list now. */
  compare: () => Promise<{ held: ListedRow[]; read: ListedRow[] }>;
  /** Breaks its connections. It goes on by itself. */
  cut: () => void;
  stop: () => void;
};

/** Follows a list as the manual shows it, over a network of its own that leads to the server that is next. */
export async function openManualList(
  nextUrl: () => string,
  client: TestWorkspace,
  filter: ConversationFilter,
): Promise<ManualList> {
  const network = await openNetwork(nextUrl(), () => true);
  let rows: ListedRow[] = [];
  let failure: unknown;
  const stop = followList({
    url: network.url,
    token: () => client.apiKey,
    filter,
    webSocketImpl: WebSocket,
    show: (all) => {
      rows = all;
    },
    fail: (reason) => {
      failure = reason;
    },
    onReconnect: () => network.redirect(nextUrl()),
  });
  return {
    filter,
    compare: async () => {
      if (failure) throw failure;
      const read = [...(await readList(client, filter)).rows.values()];
      return {
        held: rows.toSorted(byId),
        read: read.map(({ id, subject, status }) => ({ id, subject, status })).sort(byId),
      };
    },
    cut: network.cut,
    stop: () => {
      stop();
      network.close();
    },
  };
}
