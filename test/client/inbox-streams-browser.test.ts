import { describe, expect, it } from 'vitest';
import { readConversation } from '../support/conversations.js';
import { useFreshWorkspace } from '../support/fixtures.js';
import { bubbleOf, executablePath, makeAgent, rowOf, useInboxPages } from './support/inbox-page.js';
import { makeInquiry } from './support/inquiry.js';

describe.skipIf(!executablePath)('the example inbox in Chromium (only where it is installed)', () => {
  const { parley, open } = useInboxPages();
  const workspace = useFreshWorkspace(parley);

  it('works over HTTP/1.1 without sockets, which follows more than the browser has connections for', async () => {
    const id = await makeInquiry(workspace, 'Ada Lovelace', 'Engine');
    const [one, other] = [await makeAgent(workspace, 'Grace'), await makeAgent(workspace, 'Linus')];
    const [near, far] = [await open(workspace, one, { sockets: false }), await open(workspace, other)];
    await rowOf(near, 'Ada Lovelace').click();
    await bubbleOf(near, 'Engine').waitFor();
    await near.getByRole('textbox', { name: 'Message' }).fill('It is on its way.');
    await near.getByRole('textbox', { name: 'Message' }).press('Enter');
    await rowOf(far, 'Ada Lovelace').click();
    await bubbleOf(far, 'It is on its way.').waitFor();
    await far.getByRole('textbox', { name: 'Message' }).fill('It has arrived.');
    await far.getByRole('textbox', { name: 'Message' }).press('Enter');
    await bubbleOf(near, 'It has arrived.').waitFor();
    await makeInquiry(workspace, 'Alan Turing', 'Machine');
    await rowOf(near, 'Alan Turing').waitFor();
    await near.getByRole('button', { name: 'Close', exact: true }).click();
    await rowOf(far, 'Ada Lovelace').waitFor({ state: 'detached' });
    expect(await readConversation(workspace, id)).toMatchObject({ status: 'CLOSED', messageCount: 3 });
  });
});
