import type { Client } from 'pg';
import { uuidv7 } from 'uuidv7';
import type { Database } from '../../db/client.js';
import { StartError } from '../../lib/program.js';
import { type SystemWork, transactAsSystem, type WriteServices } from '../../unit-of-work/transaction.js';
import { createWriteGate } from '../../unit-of-work/write-gate.js';
import { lockToMove, readClosed } from '../workspaces/moving/closed-workspace.sql.js';
import { type FoundWorkspace, findWorkspace } from '../workspaces/moving/find-workspace.sql.js';
import { batched, type Counts, readConversations } from './batches.js';
import { chatwoot } from './chatwoot.js';
import { importContacts } from './import-contacts.js';
import { importConversations } from './import-conversations.js';
import { importTeam, missingFrom, newTeam, type Team, type Wanted } from './import-team.js';
import { intercom } from './intercom.js';
import { createProblems, type Problems } from './problems.js';
import { indexLines, type JsonLines, openLines } from './read-folder.js';
import type { ImportedChannel, ImportedConversation, ImportSource, SourceName } from './source.js';

export type ImportFromOptions = {
  client: Client;
  database: Database;
  source: SourceName;
  /** A folder with files of JSON objects, one a line. */
  folder: string;
  /** The slug or public id of the workspace. */
  workspace: string;
  /** How many lines may be left out because they cannot be read. */
  badLines: number;
  /** Called with a line of text for each of these. */
  onProblem: (problem: string) => void;
  /** Called with the bytes that are done, and those that there are. */
  onProgress?: ((done: number, all: number) => void) | undefined;
};

export type ImportedFrom = { workspace: FoundWorkspace; counts: Counts; problems: number };

const sources: Record<SourceName, ImportSource> = { chatwoot, intercom };

const CONTACTS_AT_ONCE = 200;

/**
 * Writes what another product exported into a workspace, in batches of one transaction each. What is there already is
 * found by its externalId, so that an import can be repeated, and after an interruption goes on where it was. Clients that
 * synchronize learn of everything; webhooks and `events` of nothing.
 * @throws {StartError} if there is no such workspace or folder, or too many lines cannot be read
 */
export async function importFrom(options: ImportFromOptions): Promise<ImportedFrom> {
  const { client, folder, onProgress } = options;
  const source = sources[options.source];
  const workspace = await findWorkspace(client, options.workspace);
  await lockToMove(client, workspace.id);
  if (await readClosed(client, workspace.id)) {
    throw new StartError(`The workspace ${workspace.slug} is incomplete: its import or its deletion has not ended.`);
  }
  const problems = createProblems(options.badLines, options.onProblem);
  const files = await openAll(source, folder, problems);
  try {
    const counts = await run({
      ...options,
      source,
      workspaceId: workspace.id,
      problems,
      files,
      track: tracker(files, onProgress),
    });
    return { workspace, counts, problems: problems.count() };
  } finally {
    for (const lines of Object.values(files)) await lines?.close();
  }
}

type Files = Partial<Record<keyof ImportSource['files'], JsonLines | null>> & { conversations: JsonLines };

async function openAll({ title, files }: ImportSource, folder: string, problems: Problems): Promise<Files> {
  const open = async (name: string | undefined) => (name === undefined ? null : openLines(folder, name, problems));
  const conversations = await open(files.conversations);
  if (!conversations) {
    throw new StartError(
      `The folder ${folder} has no file ${files.conversations}: it is made as docs/migrating/${title.toLowerCase()}.md says.`,
    );
  }
  return {
    conversations,
    users: await open(files.users),
    bots: await open(files.bots),
    channels: await open(files.channels),
    contacts: await open(files.contacts),
    messages: await open(files.messages),
  };
}

/** Returns a function to which each file tells how far it is read. The index of the messages is a reading of its own. */
function tracker(files: Files, onProgress: ImportFromOptions['onProgress']) {
  const all = Object.values(files).reduce((sum, lines) => sum + (lines?.size ?? 0), 0);
  const done = new Map<string, number>();
  return (file: string, bytes: number) => {
    done.set(file, bytes);
    onProgress?.(
      [...done.values()].reduce((sum, each) => sum + each, 0),
      all,
    );
  };
}

type Run = Pick<ImportFromOptions, 'database'> & {
  source: ImportSource;
  workspaceId: string;
  problems: Problems;
  files: Files;
  track: (file: string, bytes: number) => void;
};

async function run({ database, source, workspaceId, problems, files, track }: Run): Promise<Counts> {
  const services = servicesOf(database);
  const transact = <Result>(action: (work: SystemWork) => Promise<Result>) =>
    transactAsSystem(services, workspaceId, action);
  const counts: Counts = { conversations: 0, messages: 0, contacts: 0, updated: 0, leftOut: 0 };
  const team = newTeam();

  async function ensure(wanted: Wanted): Promise<void> {
    const missing = missingFrom(team, wanted);
    if (Object.values(missing).every((items) => items.length === 0)) return;
    addTo(team, await transact((work) => importTeam(work, source.name, missing)));
  }

  async function* records<Item>(
    name: 'users' | 'bots' | 'channels' | 'contacts',
    read: ((value: unknown) => Item) | undefined,
  ) {
    const lines = read && files[name];
    if (!lines) return;
    for await (const { place, value, end } of lines.read()) {
      track(name, end);
      const item = problems.attempt(place, () => read(value));
      if (item !== undefined) yield item;
    }
  }

  const channels = new Map<string, ImportedChannel>();
  for await (const users of batched(records('users', source.readUser), CONTACTS_AT_ONCE))
    await ensure({ ...NOBODY, users });
  for await (const bots of batched(records('bots', source.readBot), CONTACTS_AT_ONCE))
    await ensure({ ...NOBODY, bots });
  for await (const channel of records('channels', source.readChannel)) channels.set(channel.key, channel);
  await ensure({ ...NOBODY, channels: [...channels.values()] });
  for await (const contacts of batched(records('contacts', source.readContact), CONTACTS_AT_ONCE)) {
    const { created, changed } = await transact((work) =>
      importContacts(work, source.name, contacts, { update: true }),
    );
    counts.contacts += created;
    counts.updated += changed;
  }
  const messages =
    files.messages && source.messages
      ? await indexLines(files.messages, source.messages.conversationKeyOf, {
          problems,
          onRead: (bytes) => track('messages', bytes),
        })
      : null;
  const conversations = readConversations({ source, lines: files.conversations, messages, channels, problems, counts });
  async function write(batch: ImportedConversation[], end: number): Promise<void> {
    await ensure(peopleIn(batch));
    const done = await transact((work) => importConversations(work, source.name, batch, team));
    for (const name of ['conversations', 'messages', 'contacts', 'updated'] as const) counts[name] += done[name];
    track('conversations', end);
  }
  // The next batch is read while one is written.
  let writing = Promise.resolve();
  try {
    for await (const { batch, end } of conversations) {
      await writing;
      writing = write(batch, end);
      // It is awaited later.
      writing.catch(() => undefined);
    }
  } finally {
    await writing;
  }
  return counts;
}

const NOBODY: Wanted = { users: [], bots: [], channels: [] };

function addTo(team: Team, { users, bots, channels }: Team): void {
  for (const [key, member] of users) team.users.set(key, member);
  for (const [key, member] of bots) team.bots.set(key, member);
  for (const [key, channel] of channels) team.channels.set(key, channel);
}

/** Whoever wrote in conversations or has them assigned, and the channels of these. */
function peopleIn(batch: readonly ImportedConversation[]): Wanted {
  const authors = batch.flatMap(({ assignee, messages }) => [assignee, ...messages.map(({ author }) => author)]);
  return {
    users: authors.flatMap((author) => (author?.type === 'USER' ? [author.user] : [])),
    bots: authors.flatMap((author) => (author?.type === 'BOT' ? [author.bot] : [])),
    channels: batch.map(({ channel }) => channel),
  };
}

/** Writes of a command: nobody is waiting, and servers find by themselves that the log has grown. */
function servicesOf(database: Database): WriteServices {
  return {
    database,
    writeGate: createWriteGate(database.poolSize),
    clock: () => new Date(),
    newId: uuidv7,
    notify: () => undefined,
    tracing: { current: () => null },
  };
}
