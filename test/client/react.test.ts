import { createElement, StrictMode, useLayoutEffect } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import type { Client } from '../../client/src/client.js';
import {
  ParleyProvider,
  useConnectionStatus,
  useConversations,
  useCounts,
  useRefusals,
  useThread,
  useWaiting,
} from '../../client/src/react.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { openClient } from './support/open-client.js';
import { useReact } from './support/react.js';

const parley = useParley({ quietMs: 200 });
const workspace = useFreshWorkspace(parley);
const createRoot = useReact();

/** A client that says what is followed with it, and whether that was stopped. */
function observed(client: Client) {
  const followed: { what: string; isStopped: boolean }[] = [];
  const note = <Thing extends { stop: () => void }>(what: string, thing: Thing): Thing => {
    const entry = { what, isStopped: false };
    followed.push(entry);
    const stop = () => {
      entry.isStopped = true;
      thing.stop();
    };
    return { ...thing, stop };
  };
  const list: Client['list'] = (...sent) => note('list', client.list(...sent));
  const thread: Client['thread'] = (id) => note('thread', client.thread(id));
  const counts: Client['counts'] = (filter) => note('counts', client.counts(filter));
  return { client: { ...client, list, thread, counts }, followed };
}

const within = (client: Client, component: () => React.ReactNode) =>
  createElement(StrictMode, null, createElement(ParleyProvider, { client }, createElement(component)));

const shows = (root: { text: () => string }, text: string) =>
  eventually(() => root.text() === text, text).catch(() => expect(root.text()).toBe(text));

function Subjects() {
  const { rows, state } = useConversations({ status: ['OPEN'] });
  return `${state}: ${rows.map(({ subject, isPending }) => `${subject}${isPending ? ' …' : ''}`).join(', ')}`;
}

it('components show a list as it is, as it becomes, and what is written offline', async () => {
  await makeConversation(workspace, { subject: 'First' });
  const wire = await useWire(parley);
  const client = await openClient(workspace, wire);
  const Page = () => [createElement(Subjects, { key: 1 }), ` (${useConnectionStatus().state})`];
  const root = createRoot();
  root.show(within(client, Page));
  await shows(root, 'LIVE: First (LIVE)');
  await makeConversation(workspace, { subject: 'Second' });
  await shows(root, 'LIVE: Second, First (LIVE)');
  wire.forwardTo('http://127.0.0.1:1/graphql');
  wire.cut();
  await eventually(() => client.status().state !== 'LIVE', 'offline');
  client.createConversation({ subject: 'Third' });
  await eventually(() => root.text().startsWith('BEHIND: Third …, Second, First'), 'what was written');
  wire.forwardTo(parley.url);
  await shows(root, 'LIVE: Third, Second, First (LIVE)');
});

it('several components and StrictMode follow a thing once, and stop soon after the last was unmounted', async () => {
  const { id } = await makeConversation(workspace, { subject: 'Shared' });
  const { client, followed } = observed(await openClient(workspace, parley));
  const Counted = () => `${useCounts().value?.open ?? '?'}`;
  const Thread = () => useThread(id).conversation?.subject ?? '?';
  const Both = () => [
    createElement(Counted, { key: 1 }),
    ...[2, 3].map((key) => createElement(Thread, { key })),
    ...[4, 5].map((key) => createElement(Subjects, { key })),
  ];
  const root = createRoot();
  root.show(within(client, Both));
  const { text } = root;
  await eventually(() => text().includes('SharedSharedLIVE: '), 'all of it');
  expect(followed.map(({ what }) => what).sort()).toEqual(['counts', 'list', 'thread']);
  root.show(within(client, Counted));
  await eventually(() => followed.filter(({ isStopped }) => isStopped).length === 2, 'what nobody shows stops');
  expect(followed.find(({ isStopped }) => !isStopped)?.what).toBe('counts');
  root.unmount();
  await eventually(() => followed.every(({ isStopped }) => isStopped), 'all of it stops');
});

it('a component renders again only if what it shows has changed, and rows that have not are the same objects', async () => {
  const client = await openClient(workspace, parley);
  const { conversationId } = client.createConversation({ subject: 'Watched', tags: ['watched'] });
  client.createConversation({ subject: 'Other', tags: ['watched'] });
  await eventually(() => client.waiting().length === 0, 'both are there');
  const rendered: ReturnType<typeof useConversations>[] = [];
  const Watched = () => {
    const shown = useConversations({ tags: ['watched'] });
    useLayoutEffect(() => void rendered.push(shown), [shown]);
    return shown.state;
  };
  createRoot().show(createElement(ParleyProvider, { client }, createElement(Watched)));
  await eventually(() => rendered.at(-1)?.state === 'LIVE', 'the list');
  const count = rendered.length;
  const other = client.list({ tags: ['unwatched'] });
  client.createConversation({ subject: 'Elsewhere', tags: ['unwatched'] });
  await eventually(() => other.rows().length === 1 && client.waiting().length === 0, 'a change elsewhere');
  expect(rendered).toHaveLength(count);
  const before = rendered.at(-1)?.rows ?? [];
  client.updateConversation({ conversationId, subject: 'Renamed' });
  await eventually(() => rendered.at(-1)?.rows.some(({ subject }) => subject === 'Renamed') ?? false, 'the change');
  const after = rendered.at(-1)?.rows ?? [];
  const sameAs = (subject: string) => after.find((row) => row.subject === subject);
  expect(sameAs('Other')).toBe(before.find(({ subject }) => subject === 'Other'));
  expect(sameAs('Renamed')).not.toBe(before.find(({ id }) => id === conversationId));
});

it('a refusal shows until it is dismissed', async () => {
  const { id } = await makeConversation(workspace, { subject: 'Closed' });
  const client = await openClient(workspace, parley);
  let dismiss = (_id: string) => {};
  const Refusals = () => {
    const { refused, ...then } = useRefusals();
    dismiss = then.dismiss;
    return `${useWaiting().length} wait, ${refused.map(({ refusal }) => refusal?.type).join()}`;
  };
  const root = createRoot();
  root.show(within(client, Refusals));
  await shows(root, '0 wait, ');
  client.closeConversation({ conversationId: id });
  client.snoozeConversation({ conversationId: id, until: '2099-01-01T00:00:00Z' });
  await shows(root, '0 wait, InvalidTransitionError');
  dismiss(client.refused()[0]?.id ?? '');
  await shows(root, '0 wait, ');
});

it('rendering on a server follows nothing, and hooks without a provider say what is missing', async () => {
  const { client, followed } = observed(await openClient(workspace, parley));
  expect(renderToString(within(client, Subjects))).toBe('LOADING: ');
  expect(followed).toEqual([]);
  expect(() => renderToString(createElement(Subjects))).toThrow('ParleyProvider');
});
