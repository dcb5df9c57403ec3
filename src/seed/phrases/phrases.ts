export type Topic = { tag: string; subject: string; openers: string[] };

/**
 * What is said in one language. Placeholders: {name} and {agent} (first names), {order}, {product}, {place}.
 */
export type Phrases = {
  /** What a conversation is about, and how the customer begins. */
  topics: Topic[];
  customer: string[];
  thanks: string[];
  bot: string[];
  /** A person's first message. */
  greeting: string[];
  agent: string[];
  closing: string[];
};

export const languages = ['en', 'de', 'fr', 'es', 'pt', 'it', 'pl', 'tr', 'ja'] as const;
export type Language = (typeof languages)[number];
