import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../e2e/support/graphql.js';
import { type Announcement, type Program, startServer } from '../e2e/support/program.js';
import { useTemporaryDirectory } from '../e2e/support/temporary-directory.js';
import {
  ConversationListDocument,
  CreateSessionTokenDocument,
  CreateUserDocument,
  MessagesDocument,
} from '../generated/operations.js';
import { eventually } from '../live/support/listen.js';
import { freePort } from '../support/free-port.js';
import { nodesOf } from '../support/nodes-of.js';
import { type App, serveApp } from './support/app.js';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const PATIENCE_MS = 60_000;

describe.skipIf(!executablePath)('the client in Chromium (only where it is installed)', () => {
  const directory = useTemporaryDirectory();
  let app: App;
  /** The same on an origin of which the server was told nothing. */
  let otherApp: App;
  let server: Program & Announcement;
  let browser: Browser;
  let port = 0;
  let people = 0;
  let expiresInSeconds = 3600;
  const expiries: number[] = [];

  const start = () =>
    startServer({ env: { DATA_DIR: path.join(directory(), 'data'), PORT: String(port), CORS_ORIGINS: app.origin } });

  async function makeToken(actorId: string): Promise<string> {
    const { createSessionToken } = await run(server, CreateSessionTokenDocument, {
      input: { actorId, expiresInSeconds },
    });
    if (createSessionToken.__typename !== 'CreateSessionTokenPayload') throw new Error('There is no token.');
    expiries.push(Date.parse(createSessionToken.expiresAt));
    return createSessionToken.token;
  }

  beforeAll(async () => {
    port = await freePort();
    [app, otherApp] = await Promise.all([serveApp(makeToken), serveApp(makeToken)]);
    [server, browser] = await Promise.all([
      start(),
      chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] }),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([server.stop(), app.close(), otherApp.close()]);
  });

  /** The browser of a person whom nobody else is. */
  async function signIn() {
    people += 1;
    const input = { name: `Person ${people}`, email: `${people}@example.com`, role: 'AGENT' as const };
    const { createUser } = await run(server, CreateUserDocument, { input });
    if (createUser.__typename !== 'CreateUserPayload') throw new Error(JSON.stringify(createUser));
    const { id } = createUser.user;
    const context = await browser.newContext();

    async function open({ origin } = app): Promise<Window> {
      const page = await context.newPage();
      let sockets = 0;
      page.on('websocket', () => {
        sockets += 1;
      });
      await page.goto(`${origin}/?${id}`);
      await begin(page);
      return { page, sockets: () => sockets };
    }

    /** Offline, it has the app's files as if from a service worker's cache. */
    async function setOffline(isOffline: boolean): Promise<void> {
      if (isOffline) {
        await context.route(`${app.origin}/?${id}`, (route) =>
          route.fulfill({ contentType: 'text/html', body: app.html }),
        );
        await context.route(`${app.origin}/app.js`, (route) =>
          route.fulfill({ contentType: 'text/javascript', body: app.script }),
        );
        // With routes, Playwright allows every other origin.
      } else await context.unrouteAll();
      await context.setOffline(isOffline);
    }

    return { open, setOffline };
  }

  async function begin(page: Page): Promise<void> {
    await page.waitForFunction(() => 'inbox' in globalThis);
    await page.evaluate((url) => globalThis.inbox.start(url), server.url);
  }

  const waiting = (page: Page) => page.evaluate(() => globalThis.inbox.waiting());
  const look = (page: Page) => page.evaluate(() => globalThis.inbox.look());

  /** What the server answers of the same. */
  async function answered() {
    const { conversations } = await run(server, ConversationListDocument, { filter: { tags: ['browser'] } });
    const rows = await Promise.all(
      nodesOf(conversations).map(async ({ id, subject, status, priority, version, messageCount }) => {
        const { conversation } = await run(server, MessagesDocument, { conversationId: id, first: 100 });
        const texts = conversation ? nodesOf(conversation.messages).map(({ seq, text }) => `${seq} ${text}`) : null;
        return { id, subject, status, priority, version, messageCount, texts };
      }),
    );
    return rows.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  const act = (page: Page, name: string, seed: number, count: number) =>
    page.evaluate(([...given]) => globalThis.inbox.act(...given), [name, seed, count] as const);
  const stored = (page: Page) => page.evaluate(() => globalThis.inbox.stored());

  it('two people in three windows end with what the server has, and lose nothing', { timeout: 240_000 }, async () => {
    const [ada, ben] = [await signIn(), await signIn()];
    const tabs = [await ada.open(), await ada.open()] as const;
    const window = await ben.open();
    const [first, second, other] = [tabs[0].page, tabs[1].page, window.page];
    const all = [first, second, other];
    await first.evaluate(() => globalThis.inbox.begin(['One', 'Two', 'Three', 'Four', 'Five', 'Six']));
    const isThere = async (page: Page) => (await look(page)).rows.filter(({ version }) => version > 0).length === 6;
    for (const page of all) await eventually(() => isThere(page), 'the conversations', PATIENCE_MS);
    // Both tabs by one connection.
    expect([...tabs, window].map(({ sockets }) => sockets())).toEqual([1, 0, 1]);

    const texts = [...(await act(second, 'Online', 1, 10)), ...(await act(other, 'Other online', 2, 10))];
    await server.stop('SIGKILL');
    await Promise.all([ada.setOffline(true), ben.setOffline(true)]);
    server = await start();
    texts.push(...(await act(first, 'First tab', 3, 50)), ...(await act(second, 'Second tab', 4, 50)));
    texts.push(...(await act(other, 'Other', 5, 100)));
    for (const page of all) await stored(page);
    await first.reload();
    await begin(first);
    texts.push(...(await act(first, 'After the reload', 6, 100)), ...(await act(other, 'Other later', 7, 100)));
    for (const page of all) await stored(page);
    const left = await Promise.all(all.map(waiting));
    expect(left[0]).toBe(left[1]);
    expect(left[0]).toBeGreaterThanOrEqual(200);

    await Promise.all([ada.setOffline(false), ben.setOffline(false)]);
    const isUnderWay = async () => (await waiting(other)) < (left[2] ?? 0);
    await eventually(isUnderWay, 'the first to be sent', PATIENCE_MS);
    await server.stop('SIGKILL');
    server = await start();
    for (const page of all) {
      await eventually(async () => (await waiting(page)) === 0, 'nothing waits', PATIENCE_MS);
    }

    const isSame = async (page: Page) => JSON.stringify((await look(page)).rows) === JSON.stringify(await answered());
    for (const page of all) {
      await eventually(() => isSame(page), 'the same', PATIENCE_MS).catch(async () =>
        expect((await look(page)).rows).toEqual(await answered()),
      );
    }
    const refused = (await Promise.all([first, other].map(look))).flatMap((seen) => seen.refused);
    expect(refused.filter(({ code }) => code !== 'INVALID_TRANSITION')).toEqual([]);
    const unsent = new Set(refused.map(({ text }) => text));
    const expected = texts.filter((text) => !unsent.has(text));
    const sent = (await answered()).flatMap((row) => row.texts?.map((text) => text.replace(/^\d+ /, '')) ?? []);
    expect(sent.toSorted()).toEqual(expected.toSorted());
    expect(sent.length).toBeGreaterThan(50);
  });

  it('a sign-in that expires offline is renewed', { timeout: 120_000 }, async () => {
    expiresInSeconds = 2;
    const person = await signIn();
    const { page } = await person.open();
    await eventually(async () => (await look(page)).connection === 'LIVE', 'the connection', PATIENCE_MS);
    await person.setOffline(true);
    await page.evaluate(() => globalThis.inbox.begin(['Written offline']));
    await stored(page);
    const expiry = expiries.at(-1) ?? 0;
    await eventually(() => Date.now() > expiry, 'the expiry', PATIENCE_MS);
    const before = expiries.length;
    await person.setOffline(false);
    await eventually(async () => (await waiting(page)) === 0, 'what was written', PATIENCE_MS);
    expect(expiries.length).toBeGreaterThan(before);
    expect((await answered()).map(({ subject }) => subject)).toContain('Written offline');
  });

  it('a page of another origin gets no answer and no socket', async () => {
    const { page } = await (await signIn()).open(otherApp);
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    const isRefused = (kind: RegExp) => complaints.some((text) => kind.test(text));
    await page.evaluate(() => globalThis.inbox.begin(['From elsewhere']));
    const isDone = () => isRefused(/blocked by CORS policy/) && isRefused(/WebSocket connection.*403/);
    await eventually(isDone, 'both refusals', PATIENCE_MS);
    expect([(await look(page)).list, await waiting(page)]).toEqual(['LOADING', 1]);
    expect((await answered()).map(({ subject }) => subject)).not.toContain('From elsewhere');
  });
});

type Window = { page: Page; sockets: () => number };
