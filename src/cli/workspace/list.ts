import type { Config } from '../../config.js';
import { type ListedWorkspace, listWorkspaces } from '../../domain/workspaces/moving/list-workspaces.sql.js';
import { withConnection } from './connect.js';

const HEADINGS = ['id', 'slug', 'name', 'users', 'contacts', 'conversations', 'messages', 'created', ''];

/** Lists all workspaces, and returns what to print. */
export async function list(config: Config, { json }: { json: boolean }): Promise<string> {
  const workspaces = await withConnection(config, listWorkspaces);
  return json ? `${JSON.stringify(workspaces)}\n` : table([HEADINGS, ...workspaces.map(cellsOf)]);
}

function cellsOf({ closed, createdAt, ...workspace }: ListedWorkspace): string[] {
  const { id, slug, name, users, contacts, conversations, messages } = workspace;
  const counts = [users, contacts, conversations, messages].map((count) => count.toLocaleString('en'));
  return [id, slug, name, ...counts, createdAt.slice(0, 10), closed === null ? '' : `(${closed.toLowerCase()})`];
}

function table(rows: string[][]): string {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return `${rows.map((row) => line(row).trimEnd()).join('\n')}\n`;
}
