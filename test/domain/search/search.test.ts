import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  ContactsDocument,
  ConversationsDocument,
  CreateContactDocument,
  CreateProspectDocument,
  type CreateProspectInput,
  ProspectsDocument,
  type ProspectsQueryVariables,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeConversation } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';

const parley = useParley();
const workspace = useWorkspace(parley);

const say = (text: string) => makeConversation(workspace, { message: { text } });

async function search(text: string) {
  const conversations = await ask(workspace, ConversationsDocument, {
    filter: { search: text },
    orderBy: { field: 'CREATED_AT', direction: 'ASC' },
  });
  return conversations.edges.map(({ node }) => node.id);
}

async function searchContacts(text: string) {
  const contacts = await ask(workspace, ContactsDocument, { search: text });
  return nodesOf(contacts).map(({ name }) => name);
}

describe('ConversationFilter.search', () => {
  it('finds messages by all words in any order, ignoring case and accents, the last one by prefix', async () => {
    const { id } = await say('Die Rückerstattung für den Koffer Ørsted ist unterwegs');
    await say('Die Lieferung ist unterwegs');
    expect(await search('koffer RUCKERSTATTUNG unterw')).toEqual([id]);
    expect(await search('orsted')).toEqual([id]);
    expect(await search('unter koffer')).toEqual([]);
  });

  it('finds Chinese, Japanese, Russian and Arabic words', async () => {
    const chinese = await say('请问我的退款什么时候到账');
    const japanese = await say('荷物はいつ届きますか');
    const russian = await say('Где находится моя посылка?');
    const arabic = await say('أين طلبي من فضلك');
    expect(await search('退款')).toEqual([chinese.id]);
    expect(await search('届きます')).toEqual([japanese.id]);
    expect(await search('ПОСЫЛ')).toEqual([russian.id]);
    expect(await search('طلبي')).toEqual([arabic.id]);
  });

  it('finds parts of addresses and paths in a message', async () => {
    const { id } = await say('See https://shop.example/orders/A-7781 or mail desk@shop.example');
    expect(await search('7781')).toEqual([id]);
    expect(await search('desk@shop.example')).toEqual([id]);
  });

  it('finds subjects, and contacts by name, phone number and e-mail address', async () => {
    const subject = await makeConversation(workspace, { subject: 'Zeppelin insurance' });
    const contact = await makeConversation(workspace, {
      contact: { phone: '+4915112345678', email: 'vasquez.m@example.org', name: 'María Vásquez' },
    });
    expect(await search('zeppel')).toEqual([subject.id]);
    for (const text of ['maria vasq', '0151 1234567', '+49 151 12345678', 'vasquez.m@example.org']) {
      expect(await search(text), text).toEqual([contact.id]);
    }
  });

  it('shows nothing of another workspace', async () => {
    const word = `w${randomUUID().slice(0, 8)}`;
    const other = await parley.newWorkspace();
    await makeConversation(other, {
      subject: word,
      message: { text: word },
      contact: { email: `${word}@example.com` },
    });
    expect(await search(word)).toEqual([]);
    expect(await searchContacts(word)).toEqual([]);
  });

  it.each([
    ...['%', '_', "'", ':*', '\\', '!!! ???'].map(
      (text) => [`${text}, which has no letter, digit or emoji`, text] as const,
    ),
    ['a space', ' '],
    ['no text', ''],
    ['10 000 letters', 'x'.repeat(10_000)],
  ] as const)('refuses a search for %s', async (_name, s) => {
    const query = 'query ($s: String!) { conversations(filter: {search: $s}) { totalCount } }';
    const { body } = await workspace.post(query, { s });
    expect(body.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      issues: [{ path: ['filter', 'search'] }],
    });
  });

  it.each([
    "o'reilly",
    "a' & 'b",
    '100% _sure_',
    'x:* | y',
    'c:\\temp',
    '<-> !x',
    '＂ ＇ ＼ x',
    'x＇｜＇y',
    'ˈx″',
    '😀 emoji',
    '🎉',
    'مرحبا',
    "'''a",
    '(a',
  ])('accepts the search text %j', async (text) => {
    expect(Array.isArray(await search(text))).toBe(true);
    expect(Array.isArray(await searchContacts(text))).toBe(true);
  });
});

describe('contacts(search)', () => {
  it('finds contacts by words, similar names and parts of the phone number', async () => {
    await succeed(workspace, CreateContactDocument, {
      name: 'Thaddäus Blankenship',
      phone: '+442071838750',
      email: 'thad@blank.example',
    });
    for (const text of ['blankenship', 'blankenshp', 'thaddaus b', 'blank.example']) {
      expect(await searchContacts(text), text).toEqual(['Thaddäus Blankenship']);
    }
    expect(await searchContacts('blankets galore')).toEqual([]);
  });

  it.each([
    '020 7183',
    '8750',
    '+44 (0)20 7183 8750',
    '020–7183–8750',
    '0044 20 7183 8750',
    '020/7183.8750',
    'tel:+44-20-7183-8750',
    '＋４４ ２０ ７１８３ ８７５０',
    '\u202A+44 20 7183 8750\u202C',
    '٠٢٠ ٧١٨٣ ٨٧٥٠',
  ])('finds a phone number written as %s', async (text) => {
    expect(await searchContacts(text)).toContain('Thaddäus Blankenship');
  });

  it('finds a phone number by its last digits, even if they begin with zeros', async () => {
    await succeed(workspace, CreateContactDocument, { name: 'Zero', phone: '+442079460011' });
    expect(await searchContacts('0011')).toEqual(['Zero']);
    expect(await searchContacts('0012')).toEqual([]);
  });
});

describe('prospects(search)', () => {
  it('finds prospects by words, similar names and parts of the phone number, and combines with the status', async () => {
    const make = (input: CreateProspectInput) => workspace.run(CreateProspectDocument, { input });
    await make({ name: 'Séverine Lachapelle', email: 'sev@lachapelle.example', phone: '+33142685300' });
    await make({ email: 'nameless@lachapelle.example', status: 'NOT_INTERESTED' });
    const find = async (variables: ProspectsQueryVariables) =>
      nodesOf(await ask(workspace, ProspectsDocument, variables)).map(({ email }) => email);
    for (const text of ['severine', 'lachapele', '142685300']) {
      expect(await find({ search: text }), text).toContain('sev@lachapelle.example');
    }
    expect(await find({ search: 'lachapelle.example', status: ['NOT_INTERESTED'] })).toEqual([
      'nameless@lachapelle.example',
    ]);
    expect(await find({ search: 'somebody else' })).toEqual([]);
  });
});
