import { concurrentIndexOf, statementsOf } from '../../../src/db/migrate/statements.js';

/** A comment that says why a migration that breaks the rules is harmless. */
const HARMLESS = /^-- Harmless: \S.{20,}/m;

/** What processes of the version before, which run beside a migration, may not survive. */
const FORBIDDEN: readonly [pattern: RegExp, why: string][] = [
  [/^DROP\s+(?!INDEX\b)/i, 'drops what the version before may use'],
  [/\bDROP\s+(COLUMN|DEFAULT|EXPRESSION|IDENTITY)\b/i, 'drops what the version before may use'],
  [/\bDROP\s+(?:IF\s+EXISTS\s+)?"/i, 'drops what the version before may use'],
  [/^ALTER\s+\w+[^;]*\bRENAME\b/i, 'renames what the version before may use'],
  [
    /\bALTER\s+(?:COLUMN\s+)?"\w+"\s+(?:SET\s+DATA\s+)?TYPE\b/i,
    'rewrites the table, and retypes what the version before uses',
  ],
  [/\bSET\s+NOT\s+NULL\b/i, 'forbids what the version before may write'],
  [
    /\bADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?"\w+"(?:(?!\bADD\b|\bDEFAULT\b)[^,])*\bNOT\s+NULL\b(?!\s+DEFAULT)/i,
    'adds a column that the version before does not fill',
  ],
  [/^(TRUNCATE|LOCK|CLUSTER|REINDEX|VACUUM)\b/i, 'has everybody wait who needs the table'],
];

const ALTER_TABLE = /^ALTER\s+TABLE\s+(?:ONLY\s+)?(?:"public"\.)?"(?<table>\w+)"/i;
const CREATE_TABLE = /^CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:"public"\.)?"(?<table>\w+)"/i;
const INDEXED = /^CREATE\s+(?:UNIQUE\s+)?INDEX\b[\s\S]*?\bON\s+(?:ONLY\s+)?(?:"public"\.)?"(?<table>\w+)"/i;
const NEW_COLUMN = /\bADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?"(?<column>\w+)"/gi;
const CONSTRAINT = /\bADD\s+CONSTRAINT\s+"\w+"(?<rule>[\s\S]*?)(?=,\s*ADD\b|$)/gi;

/** What is wrong with a migration that runs beside processes of the version before; nothing if it only expands. */
export function breaches(sql: string): string[] {
  if (HARMLESS.test(sql)) return [];
  const statements = statementsOf(sql);
  const found = (pattern: RegExp) => statements.flatMap((each) => pattern.exec(each)?.groups?.table ?? []);
  const newTables = new Set(found(CREATE_TABLE));
  const newColumns = new Set(
    statements.flatMap((each) => [...each.matchAll(NEW_COLUMN)].map(({ groups }) => groups?.column)),
  );
  const isNew = (statement: string, pattern: RegExp) => newTables.has(pattern.exec(statement)?.groups?.table ?? '');

  function of(statement: string): string[] {
    if (isNew(statement, ALTER_TABLE)) return [];
    const forbidden = FORBIDDEN.filter(([pattern]) => pattern.test(statement)).map(([, why]) => why);
    return [...forbidden, ...indexBreaches(statement), ...constraintBreaches(statement)];
  }

  function indexBreaches(statement: string): string[] {
    const drops = /^DROP\s+INDEX\b/i.test(statement);
    if (!drops && (!/^CREATE\s+(UNIQUE\s+)?INDEX\b/i.test(statement) || isNew(statement, INDEXED))) return [];
    if (concurrentIndexOf(statement) === undefined)
      return ['has everybody wait who writes to the table: use CONCURRENTLY IF [NOT] EXISTS'];
    return statements.length === 1 ? [] : ['does not run in a transaction: give it a migration of its own'];
  }

  function constraintBreaches(statement: string): string[] {
    const rules = [...statement.matchAll(CONSTRAINT)].map(({ groups }) => groups?.rule ?? '');
    return rules.flatMap((rule) => {
      const columns = [...rule.replace(/\bREFERENCES\b[\s\S]*/i, '').matchAll(/"(\w+)"/g)].map(([, column]) => column);
      const onNewColumns = columns.length > 0 && columns.some((column) => newColumns.has(column));
      return [
        ...(/\bNOT\s+VALID\b/i.test(rule) ? [] : ['checks all rows while everybody waits: add it as NOT VALID']),
        ...(onNewColumns ? [] : ['forbids what the version before may write']),
      ];
    });
  }

  return statements.flatMap((statement) =>
    of(statement).map((why) => `${statement.replace(/\s+/g, ' ').slice(0, 80)} … ${why}`),
  );
}
