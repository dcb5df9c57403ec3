import { describe, expect, it } from 'vitest';
import { useWire } from '../live/support/wire.js';
import { readConversation } from '../support/conversations.js';
import { useFreshWorkspace } from '../support/fixtures.js';
import { eventsOf } from '../support/make.js';
import { bubbleOf, executablePath, makeAgent, rowOf, useInboxPages, violationsIn } from './support/inbox-page.js';
import { makeInquiry, PICTURE } from './support/inquiry.js';

const PATIENCE = { timeout: 30_000 };

describe.skipIf(!executablePath)('the example inbox in Chromium (only where it is installed)', () => {
  const { parley, open } = useInboxPages();
  const workspace = useFreshWorkspace(parley);

  it('shows in one window what is written, typed, attached and done in another', async () => {
    await makeInquiry(workspace, 'Ada Lovelace', 'Engine');
    const [one, other] = [await makeAgent(workspace, 'Grace'), await makeAgent(workspace, 'Linus')];
    const [near, far] = [await open(workspace, one), await open(workspace, other)];
    await rowOf(near, 'Ada Lovelace').getByText('1 unread').waitFor();
    await rowOf(near, 'Ada Lovelace').click();
    await rowOf(far, 'Ada Lovelace').click();
    await bubbleOf(near, 'it is about this: Engine').waitFor();
    await near.locator('.row[data-unread]').waitFor({ state: 'detached' });

    const reply = near.getByRole('textbox', { name: 'Message' });
    // It ends by itself, so that it may have to be seen again.
    await expect
      .poll(async () => {
        await reply.pressSequentially('.');
        return far.getByText('Grace is typing').isVisible();
      }, PATIENCE)
      .toBe(true);
    await reply.fill('It is on its way.');
    await near.locator('input[type=file]').setInputFiles(PICTURE);
    await near.getByText('70 B').waitFor();
    await reply.press('Enter');
    await bubbleOf(far, 'It is on its way.').getByRole('img', { name: 'parcel.png' }).waitFor();
    await far.getByText('Grace is typing').waitFor({ state: 'detached' });
    await rowOf(far, 'Ada Lovelace').getByText('It is on its way.').waitFor();

    await near.getByRole('button', { name: 'Assign', exact: true }).click();
    await near.getByRole('dialog').getByRole('button', { name: 'Linus' }).click();
    await rowOf(far, 'Ada Lovelace').getByText('Linus').waitFor();
    await far.getByRole('button', { name: /^Mine/ }).click();
    await rowOf(far, 'Ada Lovelace').waitFor();
    await near.getByRole('button', { name: 'Close', exact: true }).click();
    await rowOf(far, 'Ada Lovelace').waitFor({ state: 'detached' });
    await near.getByRole('button', { name: 'Reopen' }).click();
    await rowOf(far, 'Ada Lovelace').waitFor();
  });

  it('keeps notes apart from replies, and leads those whom they mention to them', async () => {
    const id = await makeInquiry(workspace, 'Ada Lovelace', 'Engine');
    await makeInquiry(workspace, 'Alan Turing', 'Machine');
    const [one, other] = [await makeAgent(workspace, 'Grace'), await makeAgent(workspace, 'Linus')];
    const [near, far] = [await open(workspace, one), await open(workspace, other)];
    await far.getByRole('button', { name: /^Mentions/ }).click();
    await far.getByText('All done').waitFor();
    await rowOf(near, 'Ada Lovelace').click();
    await bubbleOf(near, 'Engine').waitFor();
    const text = near.getByRole('textbox', { name: 'Message' });
    const note = near.getByRole('form', { name: 'Note' }).getByRole('textbox', { name: 'Message' });
    await text.press('Alt+n');
    await note.fill('Is this');
    await rowOf(near, 'Alan Turing').click();
    await bubbleOf(near, 'Machine').waitFor();
    await near.getByRole('form', { name: 'Reply' }).waitFor();
    await rowOf(near, 'Ada Lovelace').click();
    await bubbleOf(near, 'Engine').waitFor();
    await expect.poll(() => note.inputValue(), PATIENCE).toBe('Is this');
    await near.reload();
    await bubbleOf(near, 'Engine').waitFor();
    expect(await note.inputValue()).toBe('Is this');
    await note.press('End');
    await note.pressSequentially(' right, @Li');
    await near.getByRole('option', { name: 'Linus' }).waitFor();
    expect(await violationsIn(near)).toEqual([]);
    await text.press('Enter');
    expect(await text.inputValue()).toBe('Is this right, @Linus ');
    await text.press('Enter');
    await near.locator('.message.note .mentioned', { hasText: '@Linus' }).waitFor();
    await rowOf(far, 'Ada Lovelace').click();
    await bubbleOf(far, 'Is this right, @Linus').waitFor();
    await far.getByText('Only your team sees this').waitFor();
    expect(await violationsIn(far)).toEqual([]);
    await text.pressSequentially('It is.');
    await text.press('Enter');
    await bubbleOf(far, 'It is.').waitFor();
    const shown = await far.locator('.message').evaluateAll((all) => all.map((each) => each.matches('.note')));
    expect(shown).toEqual([false, true, false]);
    expect(await readConversation(workspace, id)).toMatchObject({ messageCount: 2 });
  });

  it('undoes what was done last', async () => {
    const id = await makeInquiry(workspace, 'Ada Lovelace', 'Engine');
    const page = await open(workspace, await makeAgent(workspace, 'Grace'));
    await rowOf(page, 'Ada Lovelace').click();
    await bubbleOf(page, 'Engine').waitFor();
    const close = page.getByRole('button', { name: 'Close', exact: true });
    await close.waitFor();
    // Clicked as soon as it is there, because it is offered for some seconds only.
    await close.evaluate((button) => {
      const observer = new MutationObserver(() => {
        const undo = document.querySelector<HTMLElement>('.toast .link');
        if (!undo) return;
        observer.disconnect();
        undo.click();
      });
      observer.observe(document.body, { childList: true, subtree: true });
      if (button instanceof HTMLElement) button.click();
    });
    const types = async () => (await eventsOf(workspace, id)).map(({ type }) => type);
    await expect.poll(types, PATIENCE).toContain('conversation.reopened');
    await rowOf(page, 'Ada Lovelace').waitFor();
  });

  it('goes on without a connection, and shows what the server refuses afterwards', async () => {
    const id = await makeInquiry(workspace, 'Ada Lovelace', 'Engine');
    const closed = await makeInquiry(workspace, 'Alan Turing', 'Machine');
    const wire = await useWire(parley);
    const [one, other] = [await makeAgent(workspace, 'Grace'), await makeAgent(workspace, 'Linus')];
    const [near, far] = [await open(workspace, one, { url: wire.url }), await open(workspace, other)];
    await rowOf(near, 'Ada Lovelace').click();
    await bubbleOf(near, 'Engine').waitFor();
    wire.forwardTo('http://127.0.0.1:1/graphql');
    wire.cut();
    await near.getByText('You are offline.').waitFor();

    await near.getByRole('textbox', { name: 'Message' }).fill('Written on the train.');
    await near.getByRole('textbox', { name: 'Message' }).press('Enter');
    await near.getByRole('textbox', { name: 'Add a tag' }).fill('train');
    await near.getByRole('textbox', { name: 'Add a tag' }).press('Enter');
    await bubbleOf(near, 'Written on the train.').waitFor();
    await near.getByText('Waits to be sent', { exact: true }).waitFor();
    await rowOf(near, 'Ada Lovelace').getByText('train').first().waitFor();
    await rowOf(near, 'Alan Turing').focus();
    await rowOf(near, 'Alan Turing').click();
    await near.getByRole('button', { name: 'Close', exact: true }).click();
    await rowOf(near, 'Alan Turing').waitFor({ state: 'detached' });
    await near.getByText(/changes wait to be sent/).waitFor();

    await rowOf(far, 'Alan Turing').click();
    await far.getByRole('button', { name: 'Close', exact: true }).click();
    await expect.poll(async () => (await readConversation(workspace, closed)).status, PATIENCE).toBe('CLOSED');
    wire.forwardTo(parley.url);
    // As the browser says when there is a network again: it ends the wait for the next attempt.
    await expect
      .poll(async () => {
        await near.evaluate(() => dispatchEvent(new Event('online')));
        return near.getByText('You are offline.').isVisible();
      }, PATIENCE)
      .toBe(false);
    await rowOf(far, 'Ada Lovelace').click();
    await bubbleOf(far, 'Written on the train.').waitFor();
    await rowOf(far, 'Ada Lovelace').getByText('train', { exact: true }).waitFor();
    const refusal = near.getByRole('alert').getByText('It was not closed');
    await refusal.waitFor();
    await near.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
    await refusal.waitFor({ state: 'detached' });
    expect(await readConversation(workspace, id)).toMatchObject({ tags: ['train'], messageCount: 2 });
  });

  it('can be used by the keyboard alone', async () => {
    const first = await makeInquiry(workspace, 'Ada Lovelace', 'Engine');
    await makeInquiry(workspace, 'Alan Turing', 'Machine');
    const page = await open(workspace, await makeAgent(workspace, 'Grace'));
    const { keyboard } = page;
    const focused = (selector: string) => page.locator(`${selector}:focus`).waitFor();
    await rowOf(page, 'Ada Lovelace').waitFor();
    await keyboard.press('j');
    await page.locator('.row:focus', { hasText: 'Alan Turing' }).waitFor();
    await keyboard.press('j');
    await keyboard.press('k');
    await keyboard.press('j');
    await page.locator('.row:focus', { hasText: 'Ada Lovelace' }).waitFor();
    await keyboard.press('Enter');
    await bubbleOf(page, 'Engine').waitFor();
    await keyboard.press('r');
    await focused('textarea');
    await keyboard.type('Typed?');
    await keyboard.press('Enter');
    await bubbleOf(page, 'Typed?').waitFor();
    await keyboard.press('Escape');
    await keyboard.press('s');
    await page.getByRole('dialog', { name: 'Snooze until' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await keyboard.press('m');
    await rowOf(page, 'Ada Lovelace').getByText('Grace').waitFor();
    await keyboard.press('e');
    await rowOf(page, 'Ada Lovelace').waitFor({ state: 'detached' });
    await keyboard.press('e');
    await rowOf(page, 'Ada Lovelace').waitFor();
    await keyboard.press('/');
    await focused('input[type=search]');
    await keyboard.type('machine');
    await page.getByRole('heading', { name: 'Search' }).waitFor();
    await rowOf(page, 'Ada Lovelace').waitFor({ state: 'detached' });
    await rowOf(page, 'Alan Turing').waitFor();
    await keyboard.press('Escape');
    await rowOf(page, 'Ada Lovelace').waitFor();
    await keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await keyboard.press('u');
    await page.getByText('No conversation selected').waitFor();
    await expect.poll(async () => (await readConversation(workspace, first)).status, PATIENCE).toBe('OPEN');
  });

  it('Tab leads to everything that can be used, and shows where it is', async () => {
    await makeInquiry(workspace, 'Ada Lovelace', 'Engine');
    const page = await open(workspace, await makeAgent(workspace, 'Grace'));
    await rowOf(page, 'Ada Lovelace').click();
    await bubbleOf(page, 'Engine').waitFor();
    const usable = page.locator('button:not(:disabled):not([tabindex="-1"]):visible, input:visible, select:visible');
    const count = await usable.count();
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      document.querySelector<HTMLElement>('.scope')?.focus();
    });
    const reached = new Set<string>();
    for (let step = 0; step < count + 10; step += 1) {
      await page.keyboard.press('Tab');
      const here = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element?.matches('button, input, select')) return null;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const all = [...document.querySelectorAll('*')];
        return { index: all.indexOf(element), isMarked: outlineStyle !== 'none' && outlineWidth !== '0px' };
      });
      if (here) {
        expect(here.isMarked).toBe(true);
        reached.add(String(here.index));
      }
    }
    expect(reached.size).toBe(count);
  });

  it('fits a phone, which shows the list or a conversation', async () => {
    await makeInquiry(workspace, 'Ada Lovelace', 'Engine');
    const page = await open(workspace, await makeAgent(workspace, 'Grace'), { width: 360, height: 740 });
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await rowOf(page, 'Ada Lovelace').waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    await rowOf(page, 'Ada Lovelace').click();
    await bubbleOf(page, 'Engine').waitFor();
    expect(await rowOf(page, 'Ada Lovelace').isVisible()).toBe(false);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.getByRole('textbox', { name: 'Message' }).fill('From a phone');
    await page.getByRole('button', { name: 'Send' }).click();
    await bubbleOf(page, 'From a phone').waitFor();
    await page.goBack();
    await rowOf(page, 'Ada Lovelace').getByText('From a phone').waitFor();
  });

  it('has nothing that axe finds wrong, in light and in dark', async () => {
    const id = await makeInquiry(workspace, 'Ada Lovelace', 'Engine');
    await makeInquiry(workspace, 'Alan Turing', 'Machine');
    const page = await open(workspace, await makeAgent(workspace, 'Grace'));
    await rowOf(page, 'Ada Lovelace').waitFor();
    expect(await violationsIn(page), 'the list').toEqual([]);
    await page.getByRole('button', { name: /^Snoozed/ }).click();
    await page.getByText('All done').waitFor();
    expect(await violationsIn(page), 'an empty list').toEqual([]);
    await page.getByRole('button', { name: /^Open/ }).click();
    await rowOf(page, 'Ada Lovelace').click();
    await page.getByRole('textbox', { name: 'Message' }).fill('It is on its way.');
    await page.getByRole('button', { name: 'Send' }).click();
    await rowOf(page, 'Ada Lovelace').getByText('It is on its way.').waitFor();
    await expect.poll(async () => (await readConversation(workspace, id)).messageCount, PATIENCE).toBe(2);
    await page.getByText('Customer since').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('m');
    await rowOf(page, 'Ada Lovelace').getByText('Grace').waitFor();
    expect(await violationsIn(page), 'a conversation').toEqual([]);
    for (const [key, title] of [
      ['a', 'Assign'],
      ['t', 'Transfer'],
      ['s', 'Snooze until'],
      ['?', 'Keyboard shortcuts'],
    ] as const) {
      await page.keyboard.press(key);
      await page.getByRole('dialog', { name: title }).waitFor();
      expect(await violationsIn(page), title).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to your inbox' }).waitFor();
    expect(await violationsIn(page), 'signing in').toEqual([]);
  });
});
