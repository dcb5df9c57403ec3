import { assistantAnswers, assistantQuestions, english } from './phrases/english.js';
import { otherLanguages } from './phrases/other-languages.js';
import { type Language, languages, type Phrases, type Topic } from './phrases/phrases.js';
import type { SqlSession } from './sql-session.js';

/** Every list of phrases is repeated to this length, so that each index from 0 to PHRASES − 1 has a phrase. */
export const PHRASES = 56;

type PhraseRow = { kind: string; language: Language; n: number; text: string };
type TopicRow = { language: Language; n: number; tag: string; subject: string; opener: string };

const kinds = ['customer', 'thanks', 'bot', 'greeting', 'agent', 'closing'] as const;

function repeated<Item>(items: readonly Item[]): Item[] {
  return Array.from({ length: Math.ceil(PHRASES / items.length) }, () => items)
    .flat()
    .slice(0, PHRASES);
}

const rowsOf = (kind: string, language: Language, texts: readonly string[]): PhraseRow[] =>
  repeated(texts).map((text, n) => ({ kind, language, n, text }));

const topicRowsOf = (language: Language, topics: readonly Topic[]): TopicRow[] =>
  repeated(topics.flatMap(({ tag, subject, openers }) => openers.map((opener) => ({ tag, subject, opener })))).map(
    (topic, n) => ({ language, n, ...topic }),
  );

/** Creates the temporary tables seed_phrase and seed_topic. */
export async function preparePhrases(session: SqlSession): Promise<void> {
  const all: Record<Language, Phrases> = { en: english, ...otherLanguages };
  const phrases: PhraseRow[] = [
    ...rowsOf('question', 'en', assistantQuestions),
    ...rowsOf('answer', 'en', assistantAnswers),
  ];
  const topics: TopicRow[] = [];
  for (const language of languages) {
    for (const kind of kinds) phrases.push(...rowsOf(kind, language, all[language][kind]));
    topics.push(...topicRowsOf(language, all[language].topics));
  }
  await session.execute(
    `CREATE TEMP TABLE seed_phrase AS
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS p(kind text, language text, n int, text text)`,
    JSON.stringify(phrases),
  );
  await session.execute(
    `CREATE TEMP TABLE seed_topic AS
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(language text, n int, tag text, subject text, opener text)`,
    JSON.stringify(topics),
  );
  await session.execute('ANALYZE seed_phrase');
}
