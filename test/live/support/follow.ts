import { print } from 'graphql';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type ResumingOptions, subscribeAndResume } from '../../../docs/recipes/resuming-client.js';
import {
  EventCursorDocument,
  type EventDetailsFragment,
  LiveEventsDocument,
  type LiveEventsSubscription,
  type LiveEventsSubscriptionVariables,
} from '../../generated/operations.js';
import { ask } from '../../support/act.js';
import type { TestWorkspace } from '../../support/parley.js';
import type { Wire } from './wire.js';

export const cursorOf = (client: TestWorkspace) => ask(client, EventCursorDocument, {});

/** The recipe as the page has it, through a wire that can be cut; by default with the key of the workspace. */
export function follow(
  workspace: TestWorkspace,
  wire: Pick<Wire, 'url'>,
  variables: LiveEventsSubscriptionVariables = {},
  options: Partial<ResumingOptions> = {},
) {
  const events: EventDetailsFragment[] = [];
  const breaks: unknown[] = [];
  const ends: unknown[] = [];
  const readAgain: string[] = [];
  const stop = subscribeAndResume<LiveEventsSubscription, unknown>(
    {
      url: wire.url.replace(/^http/, 'ws'),
      connectionParams: () => ({ Authorization: `Bearer ${workspace.apiKey}` }),
      reload: async () => {
        const cursor = await cursorOf(workspace);
        readAgain.push(cursor);
        return cursor;
      },
      onReconnect: (reason) => breaks.push(reason),
      webSocketImpl: WebSocket,
      pingMs: 300,
      ...options,
    },
    { query: print(LiveEventsDocument), variables },
    {
      next: ({ data }) => data && events.push(data.events),
      error: (reason) => ends.push(reason),
      complete: () => ends.push('complete'),
    },
  );
  onTestFinished(stop);
  return { events, breaks, ends, readAgain, stop };
}
