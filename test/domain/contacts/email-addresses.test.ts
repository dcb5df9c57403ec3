import { expect, it } from 'vitest';
import { CreateContactDocument, CreateProspectDocument, CreateUserDocument } from '../../generated/operations.js';
import { failWith, succeed } from '../../support/act.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { makeConversation } from '../../support/make.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const contactBy = async (email: string) => (await makeConversation(workspace, { contact: { email } })).contact?.id;

it.each([
  ['o&m@example.com', 'O&M@EXAMPLE.COM'],
  ['info/sales@example.com', '"info/sales"@example.com'],
  ['prvs=123=joe@example.com', 'PRVS=123=joe@example.com'],
  ['user@xn--e1afmkfd.xn--p1ai', 'user@пример.рф'],
  ['ju\u0308rgen@example.com', 'jürgen@example.com'],
  ['"joe bloggs"@example.com', '"Joe\\ Bloggs"@example.com'],
])('leads to one contact by any spelling of its address: %s and %s', async (address, other) => {
  expect(await contactBy(other)).toBe(await contactBy(address));
});

it.each([
  ['a Kelvin sign and a k', '\u212aim@example.com', 'kim@example.com'],
  ['a long s and an s', 'jo\u017f@example.com', 'jos@example.com'],
  ['a dotless and a dotted i', 'k\u0131m@example.com', 'kim@example.com'],
])('keeps two contacts apart whose addresses differ in %s', async (_name, one, other) => {
  expect(await contactBy(one)).not.toBe(await contactBy(other));
});

it('keeps users apart whose addresses differ in a Kelvin sign, and takes the addresses of prospects alike', async () => {
  const user = (email: string) => ({ name: 'Kim', role: 'AGENT', email }) as const;
  const kim = (await succeed(workspace, CreateUserDocument, user('kim@example.com'))).user;
  const other = (await succeed(workspace, CreateUserDocument, user('\u212aim@example.com'))).user;
  expect(other.id).not.toBe(kim.id);
  await failWith(workspace, 'ConflictError', CreateUserDocument, user('KIM@example.com'));
  const { prospect } = await succeed(workspace, CreateProspectDocument, { email: 'Info/Sales@ПРИМЕР.РФ' });
  expect(prospect.email).toBe('info/sales@xn--e1afmkfd.xn--p1ai');
});

it('refuses what no mail server delivers to', async () => {
  for (const email of ['a..b@example.com', 'a@b', 'joe@\u212aelvin.com']) {
    const { issues } = await failWith(workspace, 'ValidationError', CreateContactDocument, { name: 'Ada', email });
    expect(issues.map(({ path }) => path)).toEqual([['email']]);
  }
});
