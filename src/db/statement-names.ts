import { createHash } from 'node:crypto';

/** How many statements may have a name, and how long they may be together. */
type Limits = { statements: number; characters: number };

const OWN: Limits = { statements: 500, characters: Number.POSITIVE_INFINITY };
/** A connection takes some 40 bytes for each of their characters. */
const WRITTEN: Limits = { statements: 200, characters: 400_000 };
const UNNAMED = '';

type NameOf = (query: { sql: string }) => string;

export type StatementNames = {
  /** Names our own statements. */
  own: NameOf;
  /** Names statements that write what a client has selected. */
  written: NameOf;
  /**
   * Gives all statements new names from here on, so that every connection prepares them anew. For when a migration has
   * changed what a prepared one returns, such as by another column in `SELECT c.*`: PostgreSQL refuses it on each
   * connection that has prepared it.
   */
  renew: () => void;
};

/** For a pooler that does not know on which of its sessions a statement was prepared. */
export const unnamed: StatementNames = { own: () => UNNAMED, written: () => UNNAMED, renew: () => undefined };

/**
 * Creates names for prepared statements, so that PostgreSQL plans a repeated statement once per connection. They are
 * limited, because a connection keeps every statement it has prepared.
 */
export function createStatementNames(): StatementNames {
  let generation = 0;
  const sets = [namesWithin(OWN), namesWithin(WRITTEN)] as const;
  const [own, written] = sets;
  return {
    own: (query) => own.nameOf(query.sql, generation),
    written: (query) => written.nameOf(query.sql, generation),
    renew: () => {
      generation += 1;
      for (const { clear } of sets) clear();
    },
  };
}

function namesWithin(limits: Limits) {
  const names = new Map<string, string>();
  let characters = 0;
  return {
    nameOf: (sql: string, generation: number): string => {
      const known = names.get(sql);
      if (known) return known;
      if (names.size >= limits.statements || characters + sql.length > limits.characters) return UNNAMED;
      characters += sql.length;
      const hash = createHash('sha256').update(`${generation} ${sql}`).digest('hex');
      const name = `parley_${hash.slice(0, 24)}`;
      names.set(sql, name);
      return name;
    },
    clear: () => {
      names.clear();
      characters = 0;
    },
  };
}
