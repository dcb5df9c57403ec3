/** What may contain a semicolon that ends no statement; comments first, which are dropped. */
const PARTS =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?\*\/)|'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<tag>\$(?:[a-z_]\w*)?\$)[\s\S]*?\k<tag>|(?<end>;)/gi;

/** The statements of a migration, without comments and final semicolons. */
export function statementsOf(sql: string): string[] {
  const statements = [''];
  let from = 0;
  const add = (text: string) => {
    statements[statements.length - 1] += text;
  };
  for (const part of sql.matchAll(PARTS)) {
    add(sql.slice(from, part.index));
    from = part.index + part[0].length;
    if (part.groups?.end) statements.push('');
    else add(part.groups?.comment ? ' ' : part[0]);
  }
  add(sql.slice(from));
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}

const CONCURRENT =
  /^(?:CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+IF\s+NOT\s+EXISTS|DROP\s+INDEX\s+CONCURRENTLY\s+IF\s+EXISTS)\s+"(?<name>\w+)"/i;

/** The name of the index that a statement builds or drops beside the writes of others, in a form that can be repeated. */
export function concurrentIndexOf(statement: string): string | undefined {
  return CONCURRENT.exec(statement)?.groups?.name;
}
