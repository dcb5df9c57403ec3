import type { Prepared } from './prepare.js';

/** What operations ask for: public ids. */
export type Asked = Prepared & {
  /** OPEN conversations. */
  conversations: string[];
  /** Those with more than 50 messages. */
  longConversations: string[];
};

/** An operation to measure. */
export type Operation = {
  name: string;
  query: string;
  /** The variables of each request in turn, by its number. */
  variables: (asked: Asked) => (count: number) => object;
  /** What every correct response contains; by default, that there are data and no failure. */
  contains?: string;
};
