import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, type ClientOptions, createClient } from '../../../client/src/client.js';
import type { TestWorkspace } from '../../support/parley.js';
import { seededRandom } from '../../support/seeded-random.js';

/** The client of the package, through a wire that can be cut; its waits are short and the same in every run. */
export async function openClient(
  workspace: Pick<TestWorkspace, 'apiKey'>,
  { url }: { url: string },
  options: Partial<ClientOptions> = {},
): Promise<Client> {
  const client = await createClient({
    url,
    token: () => workspace.apiKey,
    webSocketImpl: WebSocket,
    firstWaitMs: 20,
    longestWaitMs: 200,
    random: seededRandom(1),
    pingMs: 3_000,
    ...options,
  });
  onTestFinished(() => client.stop());
  return client;
}
