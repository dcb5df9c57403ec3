import { describe, expect, it } from 'vitest';
import { ContactsDocument, ConversationsDocument } from '../../generated/operations.js';
import { ask } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeContact, makeConversation } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import { useScratchDatabase } from '../../support/scratch-database.js';

type Row = { system: string; text: string; found: string[]; missed?: string[] };

/** Messages, what finds them, and what does not. */
const messages: Row[] = [
  { system: 'Latin', text: 'Rückerstattung für ÆRØSKØBING, Straße 5', found: ['ruckerstattung', 'ærø', 'STRASSE 5'] },
  { system: 'Vietnamese', text: 'Tôi muốn đổi trả hàng', found: ['doi tra', 'MUỐN', 'muo\u0302\u0301n'] },
  { system: 'Turkish', text: 'İstanbul IĞDIR ışık', found: ['istanbul', 'ıgdır', 'ISIK'] },
  { system: 'Greek', text: 'Ο Οδυσσεύς ΠΛΗΡΩΣΕ', found: ['οδυσσευς', 'ΟΔΥΣΣΕΥΣ', 'πληρωσε'] },
  { system: 'Cyrillic', text: 'Где «ПОСЫЛКА»—Ёлка?', found: ['посылка', 'елка', 'ПОСЫЛ'], missed: ['сылка'] },
  { system: 'Georgian', text: 'სად არის ᲩᲔᲛᲘ შეკვეთა', found: ['ჩემი', 'შეკვ'] },
  { system: 'Armenian', text: 'Որտե՞ղ է ԻՄ պատվերը։ Այո', found: ['իմ', 'պատվերը', 'այո'] },
  { system: 'Arabic', text: 'مرحبا، كيف الحال؟ الطَّلَبُ مـــتأخر', found: ['مرحبا', 'الحال', 'الطلب', 'متأخر', 'متاخر'] },
  { system: 'Persian', text: 'کتاب‌های من کجاست', found: ['کتاب‌های', 'کتابهای', 'کتاب های', 'كتاب'] },
  { system: 'Hebrew', text: 'שָׁלוֹם, צה״ל ו־הזמנה', found: ['שלום', 'צהל', 'צה"ל', 'הזמנה'] },
  { system: 'Devanagari', text: 'नमस्ते। कैसे हो ४५', found: ['नमस्ते', 'कैसे', '45'] },
  { system: 'Bengali', text: 'আমার অর্ডার কোথায়?', found: ['কোথায়', 'অর্ডার'] },
  { system: 'Tamil', text: 'என் ஆர்டர் எங்கே?', found: ['எங்கே', 'ஆர்ட'] },
  { system: 'Ethiopic', text: 'ትዕዛዜ፡የት።ነው', found: ['የት', 'ነው'] },
  { system: 'Thai', text: 'ฉันต้องการเปิดไฟล์PDFของสินค้า', found: ['ไฟล์', 'PDF', 'สินค้า', 'ไฟล์PDF'], missed: ['สินไฟ'] },
  { system: 'Lao', text: 'ຂ້ອຍຢາກໄດ້ເງິນຄືນ', found: ['ເງິນຄືນ', 'ຢາກ'] },
  { system: 'Khmer', text: 'ខ្ញុំចង់បានប្រាក់\u200Bត្រឡប់', found: ['ប្រាក់', 'ប្រាក់ត្រឡប់', 'ត្រឡប់'] },
  { system: 'Burmese', text: 'ကျွန်တော့်အော်ဒါဘယ်မှာလဲ', found: ['အော်ဒါ', 'ဘယ်မှာ'] },
  {
    system: 'Chinese',
    text: '请问，我的退款“什么时候”到账？（急）',
    found: ['退款', '款', '账', '什么时候', '急'],
    missed: ['问我', '的退什'],
  },
  {
    system: 'Japanese',
    text: 'ｶﾞｷﾞの荷物はいつ「届きます」か',
    found: ['ガギ', 'ｶﾞｷﾞ', 'カ\u3099キ\u3099', '届きます'],
    missed: ['カキ'],
  },
  {
    system: 'Korean',
    text: '한국 배송은 언제'.normalize('NFD'),
    found: ['한국', '배송은', '배송', '언제'.normalize('NFD')],
  },
  { system: 'Hawaiian', text: 'Aloha from Hawaiʻi', found: ['Hawaiʻi', "hawai'i", 'Hawai’i', 'hawaii', 'Hawaiʻ'] },
  { system: 'Ukrainian', text: 'м\u02BCяч і п’ять', found: ["м'яч", 'мяч', 'п\u02BCять', 'пять'] },
  {
    system: 'symbols',
    text: '✅Done €500 refund see→list 🎉👍🏽',
    found: ['done', '500', 'list', '🎉', '👍', '✅done'],
    missed: ['❌'],
  },
  {
    system: 'invisible signs',
    text: 'sof\u00ADt zero\u200Bwidth \u202Emarked\u202C',
    found: ['soft', 'zerowidth', 'width', 'marked'],
  },
  {
    system: 'fullwidth',
    text: 'ａｌｐｈａ＇ｂｅｔａ＼ｇａｍｍａ',
    found: ['alpha', 'beta', 'gamma', 'ａｌｐｈａ'],
    missed: ['alpha＇｜＇delta'],
  },
];

/** Names, and what a person may type instead. */
const names: [name: string, misspelt: string][] = [
  ['Blankenship', 'Blankenshp'],
  ['Екатерина', 'Екатерна'],
  ['Παπαδόπουλος', 'Παπαδοπουλως'],
  ['عبدالرحمن', 'عبدالرحمان'],
  ['กมลวรรณสกุล', 'กมลวรรนสกุล'],
  ['Հովհաննիսյան', 'Հովհանիսյան'],
  ['קלוגהופט', 'קלוגהופפט'],
];

describe.each([
  ['the locale of the server', undefined],
  ['the locale C', 'C'],
])('a search on a database with %s', (_name, locale) => {
  const parley = useParley({ databaseUrl: useScratchDatabase({ empty: true, ...(locale && { locale }) }).url });
  const workspace = useWorkspace(parley);

  async function search(text: string): Promise<string[]> {
    const { edges } = await ask(workspace, ConversationsDocument, { filter: { search: text } });
    return edges.map(({ node }) => node.id);
  }

  it.each(messages)('finds words of a message: $system', async ({ text, found, missed = [] }) => {
    const { id } = await makeConversation(workspace, { message: { text } });
    for (const sought of found) expect(await search(sought), sought).toContain(id);
    for (const sought of missed) expect(await search(sought), sought).not.toContain(id);
  });

  it.each(names)('finds the name %s by %s', async (name, misspelt) => {
    await makeContact(workspace, name);
    const contacts = await ask(workspace, ContactsDocument, { search: misspelt });
    expect(nodesOf(contacts).map((contact) => contact.name)).toContain(name);
  });

  it('finds what follows hundreds of the same character, and thousands of words', async () => {
    const repeated = await makeConversation(workspace, { message: { text: `${'的'.repeat(300)}发票号码` } });
    const words = Array.from({ length: 9_000 }, (_, index) => index.toString(36)).join(' ');
    const long = await makeConversation(workspace, { message: { text: `${words} at last` } });
    expect(await search('的发票号')).toEqual([repeated.id]);
    expect(await search('last at')).toEqual([long.id]);
  });

  it('finds by any number of words, all of which count', async () => {
    const words = Array.from({ length: 30 }, (_, index) => `w${index}`);
    const { id } = await makeConversation(workspace, { message: { text: words.join(' ') } });
    expect(await search(words.join(' '))).toEqual([id]);
    expect(await search([...words, 'absent'].join(' '))).toEqual([]);
  });
});
