import { existsSync } from 'node:fs';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useParley } from '../support/fixtures.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

describe.skipIf(!executablePath)('GraphiQL in Chromium (only where it is installed)', () => {
  // Of its own, because there is a demo workspace only where there is no other.
  const database = useScratchDatabase();
  const parley = useParley({ databaseUrl: database.url, config: { graphiql: true, demo: true } });
  let browser: Browser;
  let page: Page;
  const outside: string[] = [];

  /** Opens GraphiQL as a person does for the first time, and refuses it every server but ours. */
  async function openPage(): Promise<Page> {
    const opened = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    opened.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (/^(http|ws)s?:$/.test(protocol) && hostname !== 'localhost') outside.push(request.url());
    });
    await opened.route(
      ({ hostname }) => hostname !== 'localhost',
      (route) => route.abort(),
    );
    await opened.goto(parley.url);
    await opened.locator('.graphiql-tab').first().waitFor();
    return opened;
  }

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
    page = await openPage();
  });
  afterAll(() => browser.close());

  /** Presses and releases the mouse where the element was, as a hand does, which does not follow it. */
  async function click(element: Locator): Promise<void> {
    const box = await element.boundingBox();
    if (!box) throw new Error('The element is not shown.');
    await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2);
    await page.mouse.down();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await page.mouse.up();
  }

  const tab = (number: number) => page.locator('.graphiql-tab').nth(number - 1);

  async function open(number: number): Promise<void> {
    await click(tab(number));
    await expect.poll(() => tab(number).getAttribute('aria-selected'), { timeout: 30_000 }).toBe('true');
  }

  const result = () => page.locator('.result-window').textContent();

  /** Runs the open tab until its result, if there is one, shows this. */
  async function run(shown: string): Promise<void> {
    const button = page.getByRole('button', { name: /execute query/i });
    // A click does nothing as long as the editor has not taken over the text of the tab.
    const clickedAndShown = async () => {
      await button.click({ timeout: 5_000 }).catch(() => undefined);
      const window = page.locator(`.result-window:has-text("${shown}")`);
      await window.waitFor({ timeout: 5_000 }).catch(() => undefined);
      return window.isVisible();
    };
    await expect.poll(clickedAndShown, { timeout: 60_000 }).toBe(true);
    expect(await result()).not.toContain('errors');
  }

  it('opens each tab at the first click', async () => {
    for (const number of [2, 3, 4, 5, 6, 1]) await open(number);
  });

  it('runs the first operation with the demo key', { timeout: 90_000 }, () => run('conversations'));

  it('completes a field', { timeout: 90_000 }, async () => {
    await open(1);
    await page.locator('.graphiql-query-editor .view-line:has-text("unreadCount")').first().click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('prio');
    const suggestion = page.locator('.suggest-widget .monaco-list-row:has-text("priority")');
    const suggested = async () => {
      await page.keyboard.press('Control+Space');
      await suggestion.waitFor({ timeout: 3_000 }).catch(() => undefined);
      return suggestion.isVisible();
    };
    await expect.poll(suggested, { timeout: 60_000 }).toBe(true);
    await page.keyboard.press('Enter');
    await run('priority');
  });

  it('shows a live event while a mutation runs in another window', { timeout: 120_000 }, async () => {
    await open(3);
    const events = page.locator('.result-window:has-text("Thank you for waiting")');
    const stop = page.getByRole('button', { name: /stop query/i });
    const running = async () => {
      await page
        .getByRole('button', { name: /execute query/i })
        .click({ timeout: 5_000 })
        .catch(() => undefined);
      await stop.waitFor({ timeout: 5_000 }).catch(() => undefined);
      return stop.isVisible();
    };
    await expect.poll(running, { timeout: 60_000 }).toBe(true);
    const first = page;
    page = await openPage();
    await open(4);
    // The subscription may begin after the first of these.
    await run('messageEdge');
    const shown = async () => {
      if (!(await events.isVisible())) await page.getByRole('button', { name: /execute query/i }).click();
      await events.waitFor({ timeout: 5_000 }).catch(() => undefined);
      return events.isVisible();
    };
    await expect.poll(shown, { timeout: 60_000 }).toBe(true);
    page = first;
    expect(await result()).not.toContain('errors');
  });

  it('has asked no other server for anything', () => {
    expect(outside).toEqual([]);
  });
});
