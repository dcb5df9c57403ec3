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

  /** Opens GraphiQL as a person does for the first time, and refuses it every server but ours. */
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
    page = await browser.newPage();
    await page.route(
      ({ hostname }) => hostname !== 'localhost',
      (route) => route.abort(),
    );
    await page.goto(parley.url);
    await page.locator('.graphiql-tab').first().waitFor();
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

  it('opens each tab at the first click', async () => {
    const tabs = page.locator('.graphiql-tab');
    for (const index of [1, 2, 3, 0]) {
      await click(tabs.nth(index));
      await expect.poll(() => tabs.nth(index).getAttribute('aria-selected'), { timeout: 30_000 }).toBe('true');
    }
  });

  it('runs the first operation with the demo key', { timeout: 90_000 }, async () => {
    const run = page.getByRole('button', { name: /execute query/i });
    const result = page.locator('.result-window:has-text("conversations")');
    // A click does nothing as long as the editor has not taken over the text of the tab.
    const clickedAndShown = async () => {
      await run.click({ timeout: 5_000 }).catch(() => undefined);
      await result.waitFor({ timeout: 5_000 }).catch(() => undefined);
      return result.isVisible();
    };
    await expect.poll(clickedAndShown, { timeout: 60_000 }).toBe(true);
    expect(await page.locator('.result-window').textContent()).not.toContain('errors');
  });
});
