import { existsSync } from 'node:fs';
import { type AxeResults, source } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { buildInbox } from '../../../examples/inbox/build.js';
import { useParley } from '../../support/fixtures.js';
import { makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';
import { makeToken } from '../../support/token.js';

export const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/** For a machine that does much else. */
const PATIENCE_MS = 20_000;

type OpenOptions = {
  url?: string;
  width?: number;
  height?: number;
  /** Whether the browser has WebSockets. Default: true. */
  sockets?: boolean;
};

/** A server with the inbox, and a browser; each person gets a window that shares nothing with the others. */
export function useInboxPages() {
  // First, because the server reads it when it starts.
  beforeAll(() => buildInbox());
  const parley = useParley({ config: { inbox: true } });
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
  });
  afterAll(() => browser?.close());

  /** Opens the inbox as somebody who is signed in by a link. */
  async function open(
    workspace: TestWorkspace,
    actorId: string,
    { url = parley.url, width = 1360, height = 800, sockets = true }: OpenOptions = {},
  ): Promise<Page> {
    const { token } = await makeToken(workspace, { actorId });
    const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
    onTestFinished(() => context.close());
    if (!sockets) await context.addInitScript('delete globalThis.WebSocket');
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const failures: string[] = [];
    page.on('pageerror', ({ message }) => failures.push(message));
    page.on('console', (message) => {
      // What the content security policy refuses, above all; not that there is no network.
      if (message.type() === 'error' && !/net::ERR|WebSocket connection/.test(message.text())) {
        failures.push(message.text());
      }
    });
    onTestFinished(() => expect(failures).toEqual([]));
    await page.goto(`${new URL('/inbox', url).href}#token=${token}`);
    await page.getByRole('region', { name: 'Conversations' }).waitFor();
    return page;
  }

  return { parley, open };
}

/** A user of this name, and the id. */
export async function makeAgent(workspace: TestWorkspace, name: string): Promise<string> {
  return (await makeUser(workspace, name)).id;
}

export const rowOf = (page: Page, name: string) => page.locator('.row', { hasText: name });
export const bubbleOf = (page: Page, text: string) => page.locator('.bubble', { hasText: text });

/** What axe finds wrong in a page as it is, in both colour schemes. */
export async function violationsIn(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Not as an element of the page, whose policy refuses other scripts than its own.
    await page.evaluate(source);
    const { violations }: AxeResults = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
    const words = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
    found.push(...words.map((violation) => `${colorScheme}: ${violation}`));
  }
  return found;
}
