import { z } from 'zod';
import { keysetSql, type Ordering } from '../../../db/keyset.js';
import { Prisma } from '../../../generated/prisma/client.js';
import { type Page, readPageArgs } from '../paging.js';
import { cursorJson, type Json, textOf } from './json-text.js';
import { NotDirect, type Row, type Selected } from './rows.js';

/** A row of a list as PostgreSQL writes it, with the columns that its cursor is made of where cursors are selected. */
export type WrittenRow = { json: string };

/** What is selected of a list: its rows, and how to write the page that has been read. */
export type DirectPage = {
  json: Json;
  /** Whether a cursor of a row is selected. */
  hasCursors: boolean;
  write: (page: Page<WrittenRow>) => Promise<string>;
};

/** Writes one field of a page. */
type Write = (page: Page<WrittenRow>) => string | Promise<string>;

/** The parts of a list, one after the other, and the names of the types that they belong to. */
type PageTypes = { connection: string; edge: string; node: string };

export function typesOfPage(node: string): PageTypes {
  return { connection: `${node}Connection`, edge: `${node}Edge`, node };
}

/** Plans how to write a list at the root of an answer, whose rows are read with `row` as their alias. */
export function planPage(selected: Selected, types: PageTypes, row: Row): DirectPage {
  const { node, ...page } = planWrittenPage(selected, types);
  return { json: node.object(types.node, row), ...page };
}

/** The same for rows that are written without PostgreSQL: `node` is what is selected of them. */
export function planWrittenPage(
  selected: Selected,
  types: PageTypes,
): Pick<DirectPage, 'hasCursors' | 'write'> & { node: Selected } {
  const fields = selected.fields(types.connection);
  const names = [...fields, ...fields.flatMap((field) => innerFields(field, types))].map(({ name }) => name);
  const writers = fields.map((field): [string, Write] => [field.key, writerOf(field, types)]);
  return {
    node: nodeIn(fields, types),
    hasCursors: ['cursor', 'startCursor', 'endCursor'].some((name) => names.includes(name)),
    write: async (page) => {
      const parts: string[] = [];
      for (const [key, write] of writers) parts.push(`"${key}":${await write(page)}`);
      return `{${parts.join(',')}}`;
    },
  };
}

function innerFields(field: Selected, { edge }: PageTypes): Selected[] {
  if (field.name === 'pageInfo') return field.fields('PageInfo');
  return field.name === 'edges' ? field.fields(edge) : [];
}

/** What is selected of the rows, which must be selected once. */
function nodeIn(fields: Selected[], types: PageTypes): Selected {
  const nodes = fields.flatMap((field) => {
    if (field.name === 'nodes') return [field];
    return field.name === 'edges' ? field.fields(types.edge).filter(({ name }) => name === 'node') : [];
  });
  const [node] = nodes;
  if (!node || nodes.length > 1) throw new NotDirect();
  return node;
}

function writerOf(field: Selected, types: PageTypes): Write {
  switch (field.name) {
    case '__typename':
      return () => JSON.stringify(types.connection);
    case 'nodes':
      return ({ edges }) => `[${edges.map(({ node }) => node.json).join(',')}]`;
    case 'edges': {
      const fields = field.fields(types.edge);
      return ({ edges }) => `[${edges.map((edge) => writeEdge(fields, edge, types)).join(',')}]`;
    }
    case 'pageInfo': {
      const fields = field.fields('PageInfo');
      return ({ pageInfo }) => {
        const { startCursor, endCursor, ...rest } = pageInfo;
        const values = new Map<string, unknown>([...Object.entries(rest), ['__typename', 'PageInfo']]);
        const infoOf = (name: string) => {
          if (name === 'startCursor') return startCursor();
          return name === 'endCursor' ? endCursor() : values.get(name);
        };
        return `{${fields.map(({ key, name }) => `"${key}":${JSON.stringify(infoOf(name))}`).join(',')}}`;
      };
    }
    case 'totalCount':
      return async ({ totalCount }) => String(await totalCount());
    default:
      throw new NotDirect();
  }
}

function writeEdge(fields: Selected[], { node, cursor }: Page<WrittenRow>['edges'][number], types: PageTypes): string {
  const values = fields.map(({ key, name }) => {
    if (name === 'node') return `"${key}":${node.json}`;
    return `"${key}":${JSON.stringify(name === 'cursor' ? cursor() : types.edge)}`;
  });
  return `{${values.join(',')}}`;
}

/** The arguments of a page, which GraphQL has coerced. */
export const pageArgs = z.object({
  first: z.number().nullish(),
  after: z.string().nullish(),
  last: z.number().nullish(),
  before: z.string().nullish(),
  offset: z.number().nullish(),
});

/** A list below a row: what is selected, in which order, and the number of all its rows. */
type NestedPage = {
  types: PageTypes;
  row: Row;
  /** What follows FROM, ending in a condition. */
  from: Prisma.Sql;
  /** By one number, which is unique in the list, smallest first. */
  ordering: Ordering<never>;
  totalCount: Prisma.Sql;
};

const { sql, raw } = Prisma;

/** The JSON of a page below a row, which PostgreSQL writes as a whole. */
export function nestedPageJson(selected: Selected, { types, row, from, ordering, totalCount }: NestedPage): Json {
  const request = readPageArgs(pageArgs.parse(selected.args), ordering, selected.cursors);
  const { where, orderAndLimit } = keysetSql(ordering, request);
  const fields = selected.fields(types.connection);
  const node = textOf(nodeIn(fields, types).object(types.node, row));
  const rows = sql`(SELECT ${raw(row.alias)}.* FROM ${from} AND ${where} ${orderAndLimit}) ${raw(row.alias)}`;
  const onPage = sql`FILTER (WHERE page.number <= ${request.limit})`;
  const listOf = (json: Json) => sql`coalesce(string_agg(${textOf(json)}, ',' ORDER BY page.position) ${onPage}, '')`;
  const cursorOf = (position: Prisma.Sql) => cursorJson(ordering.name, position);
  const more = sql`to_json(count(*) > ${request.limit})`;
  const infos: Record<string, Json> = {
    __typename: ['"PageInfo"'],
    hasNextPage: [request.backward ? String(request.before !== null) : more],
    hasPreviousPage: [request.backward ? more : String(request.after !== null)],
    startCursor: cursorOf(sql`min(page.position) ${onPage}`),
    endCursor: cursorOf(sql`max(page.position) ${onPage}`),
  };
  const edgeJson: Record<string, Json> = {
    __typename: [JSON.stringify(types.edge)],
    cursor: cursorOf(sql`page.position`),
    node: [sql`page.json`],
  };
  const jsonOf = (field: Selected): Json => {
    if (field.name === '__typename') return [JSON.stringify(types.connection)];
    if (field.name === 'totalCount') return [totalCount];
    if (field.name === 'nodes') return ['[', listOf([sql`page.json`]), ']'];
    if (field.name === 'edges')
      return ['[', listOf(objectJson(field.fields(types.edge), (f) => edgeJson[f.name])), ']'];
    if (field.name === 'pageInfo') return objectJson(field.fields('PageInfo'), (info) => infos[info.name]);
    throw new NotDirect();
  };
  return [
    sql`(SELECT ${textOf(objectJson(fields, jsonOf))} FROM (
      SELECT ${node} AS json, ${ordering.column} AS position, row_number() OVER () AS number FROM ${rows}) page)`,
  ];
}

/** The JSON of an object with these fields. */
export function objectJson(fields: readonly Selected[], jsonOf: (field: Selected) => Json | undefined): Json {
  const pieces: (string | Prisma.Sql)[] = ['{'];
  for (const [index, field] of fields.entries()) {
    const value = jsonOf(field);
    if (!value) throw new NotDirect();
    pieces.push(`${index === 0 ? '' : ','}"${field.key}":`, ...value);
  }
  return [...pieces, '}'];
}
