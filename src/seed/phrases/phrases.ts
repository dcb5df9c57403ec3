export type Topic = { tag: string; subject: string; openers: string[] };

/**
 * The phrases of one language. Placeholders: {name} and {agent} (first names), {order}, {product}, {city}.
 */
export type Phrases = {
  /** What a conversation is about, and the customer's first message. */
  topics: Topic[];
  customer: string[];
  thanks: string[];
  bot: string[];
  /** A user's first message. */
  greeting: string[];
  agent: string[];
  closing: string[];
};

export const languages = ['en', 'de', 'fr', 'es', 'pt', 'it', 'pl', 'tr', 'ja'] as const;
export type Language = (typeof languages)[number];
