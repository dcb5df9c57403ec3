import { describe, expect, it } from 'vitest';
import { FindMessagesDocument } from '../generated/operations.js';
import { ask } from '../support/act.js';
import { useFreshWorkspace } from '../support/fixtures.js';
import { makeToken } from '../support/token.js';
import { bubbleOf, executablePath, makeAgent, rowOf, useInboxPages } from './support/inbox-page.js';
import { makeInquiry } from './support/inquiry.js';

const PATIENCE = { timeout: 30_000 };

describe.skipIf(!executablePath)('people in the example inbox (only where Chromium is installed)', () => {
  const { parley, open } = useInboxPages();
  const workspace = useFreshWorkspace(parley);

  it('mentions nobody whose name only begins the one that is written', async () => {
    const id = await makeInquiry(workspace, 'Ada Lovelace', 'Engine');
    await makeAgent(workspace, 'Ann');
    await makeAgent(workspace, 'Anna');
    const [anna, bo] = [await makeAgent(workspace, 'Anna Smith'), await makeAgent(workspace, 'Bo')];
    const page = await open(workspace, await makeAgent(workspace, 'Grace'));
    await rowOf(page, 'Ada Lovelace').click();
    await bubbleOf(page, 'Engine').waitFor();
    const text = page.getByRole('textbox', { name: 'Message' });
    await text.press('Alt+n');
    // Shown once the colleagues are known.
    await text.pressSequentially('@B');
    await page.getByRole('option', { name: 'Bo' }).waitFor();
    await text.fill('@Anna Smith and @Bo, but @Annabel?');
    await text.press('Enter');
    await page.locator('.message.note .mentioned', { hasText: '@Bo' }).waitFor();
    expect(await page.locator('.message.note .mentioned').allTextContents()).toEqual(['@Anna Smith', '@Bo']);
    const { edges } = await ask(workspace, FindMessagesDocument, {
      filter: { conversationId: id, visibility: ['INTERNAL'] },
    });
    const mentioned = edges.flatMap(({ node }) => node.mentions.map((user) => user.id));
    expect(mentioned.sort()).toEqual([anna, bo].sort());
  });

  it('leaves nothing of anybody in the browser after somebody signs out', async () => {
    await makeInquiry(workspace, 'Ada Lovelace', 'Engine');
    const [one, other] = [await makeAgent(workspace, 'Grace'), await makeAgent(workspace, 'Linus')];
    const page = await open(workspace, one);
    await rowOf(page, 'Ada Lovelace').click();
    await bubbleOf(page, 'Engine').waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('Of Grace');
    // Somebody else goes on in the same tab, and in a second one.
    const { token } = await makeToken(workspace, { actorId: other });
    const { origin, pathname } = new URL(page.url());
    const followLink = async () => {
      await page.goto(`${origin}${pathname}${new URL(page.url()).hash}&token=${token}`);
      await page.reload();
      await page.getByRole('heading', { name: 'Sign in as Linus?' }).waitFor();
      expect(page.url()).not.toContain(token);
    };
    await followLink();
    await page.getByRole('button', { name: 'Stay signed in' }).click();
    await bubbleOf(page, 'Engine').waitFor();
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('Of Grace');
    await followLink();
    await page.getByRole('button', { name: 'Sign in as Linus' }).click();
    await bubbleOf(page, 'Engine').waitFor();
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('');
    const second = await page.context().newPage();
    await second.goto(`${origin}${pathname}#token=${token}`);
    await rowOf(second, 'Ada Lovelace').waitFor();
    const left = () =>
      page.evaluate(async () => ({
        databases: (await indexedDB.databases()).map(({ name }) => name).sort(),
        kept: Object.keys(sessionStorage),
      }));
    expect((await left()).databases).toEqual([`parley:${one}`, `parley:${other}`].sort());

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to your inbox' }).waitFor();
    await expect.poll(left, PATIENCE).toEqual({ databases: [], kept: [] });
    await second.getByRole('button', { name: 'Sign in again' }).click();
    await second.getByRole('heading', { name: 'Sign in to your inbox' }).waitFor();
    expect(await left()).toEqual({ databases: [], kept: [] });
  });
});
