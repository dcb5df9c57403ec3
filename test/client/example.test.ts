import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { openInbox } from '../../docs/recipes/client-inbox.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';

const parley = useParley({ quietMs: 200 });
const workspace = useFreshWorkspace(parley);

it("the manual's inbox shows what is there, what comes, and what is written offline", async () => {
  await makeConversation(workspace, { subject: 'First' });
  const wire = await useWire(parley);
  const shown: { rows: string[]; open: number | null; banner: string | null }[] = [];
  const client = await openInbox({
    url: wire.url,
    token: () => workspace.apiKey,
    webSocketImpl: WebSocket,
    show: (inbox) => shown.push(inbox),
  });
  onTestFinished(() => client.stop());
  const shows = (expected: (typeof shown)[number]) =>
    eventually(() => JSON.stringify(shown.at(-1)) === JSON.stringify(expected), JSON.stringify(expected)).catch(() =>
      expect(shown.at(-1)).toEqual(expected),
    );
  expect(shown[0]).toEqual({ rows: [], open: null, banner: 'Loading …' });
  await shows({ rows: ['First'], open: 1, banner: null });
  await makeConversation(workspace, { subject: 'Second' });
  await shows({ rows: ['Second', 'First'], open: 2, banner: null });
  wire.forwardTo('http://127.0.0.1:1/graphql');
  wire.cut();
  await shows({ rows: ['Second', 'First'], open: 2, banner: 'Connecting …' });
  client.createConversation({ subject: 'Third' });
  await shows({ rows: ['Third …', 'Second', 'First'], open: 2, banner: 'Connecting …' });
  wire.forwardTo(parley.url);
  await shows({ rows: ['Third', 'Second', 'First'], open: 3, banner: null });
});
