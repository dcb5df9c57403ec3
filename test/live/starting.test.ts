import { describe, expect, it } from 'vitest';
import { useParley } from '../support/fixtures.js';
import { makeContactConversation } from '../support/make.js';
import { eventually } from './support/listen.js';
import { rawSocket } from './support/raw-socket.js';

const statements: string[] = [];
const parley = useParley({ onStatement: (sql) => statements.push(sql) });

const SUBSCRIPTIONS = 40;

const headsRead = () => statements.filter((sql) => sql.includes('FROM "EventHead"')).length;

describe('subscriptions that start at the same moment', () => {
  it('read the end of the log together, and get what follows', async () => {
    const workspace = await parley.newWorkspace();
    const { socket, frames, say, init } = await rawSocket(parley.url, workspace.apiKey);
    await init();
    statements.length = 0;
    for (let id = 1; id <= SUBSCRIPTIONS; id += 1) {
      say({ id: String(id), type: 'subscribe', payload: { query: 'subscription { events { id } }' } });
    }
    // Its answer tells that the server has taken all that came before.
    say({ id: 'last', type: 'subscribe', payload: { query: '{ eventCursor }' } });
    await eventually(() => frames.some(({ id, type }) => id === 'last' && type === 'complete'), 'an answer');
    // The server reads it by itself too, when it begins to follow a log, and every two seconds.
    expect(headsRead()).toBeLessThan(SUBSCRIPTIONS / 2);
    await makeContactConversation(workspace);
    const reached = () => new Set(frames.filter(({ type }) => type === 'next').map(({ id }) => id));
    await eventually(() => reached().size === SUBSCRIPTIONS + 1, 'an event for each');
    socket.close();
  });
});
