import path from 'node:path';
import pg from 'pg';
import { vi } from 'vitest';
import { noLimits, settleSession } from '../../../src/db/session-settings.js';
import { generate } from '../../../src/seed/generate.js';
import { fullCast } from '../../../src/seed/shape.js';
import { sessionOfClient } from '../../../src/seed/sql-session.js';
import { note } from '../../domain/messages/support/notes.js';
import {
  EventCursorDocument,
  MarkConversationReadDocument,
  MergeContactsDocument,
} from '../../generated/operations.js';
import { type Everything, makeEverything } from '../../isolation/support/everything.js';
import { ask, succeed } from '../../support/act.js';
import { say } from '../../support/conversations.js';
import { uuidOf } from '../../support/ids.js';
import { makeBot, makeContact, makeUser } from '../../support/make.js';
import { startParley, type TestServer, type TestWorkspace } from '../../support/parley.js';
import { type ScratchDatabase, useScratchDatabase } from '../../support/scratch-database.js';
import { type Ended, type Program, runToEnd, start } from './program.js';

/** A database with a folder for uploads, and what is done there. */
export type Place = ScratchDatabase & {
  uploads: () => string;
  environment: () => NodeJS.ProcessEnv;
  /** Runs `workspace` with these arguments. */
  command: (...args: string[]) => Promise<Ended>;
  serve: () => Promise<TestServer>;
};

export function usePlace(directory: () => string, name: string): Place {
  const database = useScratchDatabase();
  const uploads = () => path.join(directory(), `uploads-${name}`);
  const environment = () => ({ DATABASE_URL: database.url, UPLOADS: uploads() });
  return {
    ...database,
    uploads,
    environment,
    command: (...args) => runToEnd({ command: ['node', 'dist/cli/workspace.js', ...args], env: environment() }),
    serve: () =>
      startParley({ databaseUrl: database.url, config: { uploads: { kind: 'local', directory: uploads() } } }),
  };
}

/** Writes conversations as `npm run seed` does. */
export async function seed(url: string, workspace: TestWorkspace, conversations: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await settleSession(client, noLimits);
  const dataSet = { ...fullCast, conversations, messages: 8, seed: 7, now: new Date() };
  await generate([sessionOfClient(client)], uuidOf(workspace.id), dataSet);
  await client.end();
}

/** A workspace with rows in every table. */
export type FullWorkspace = Everything & {
  /** A cursor of the log from before there was anything. */
  beginning: string;
  botKey: string;
  actors: Record<'OWNER' | 'AGENT' | 'READ_ONLY' | 'CONTACT', string>;
};

export async function fill(workspace: TestWorkspace, mark: string): Promise<FullWorkspace> {
  const beginning = await ask(workspace, EventCursorDocument, {});
  const everything = await makeEverything(workspace, mark);
  const conversationId = everything.idFor('conversationId');
  const owner = await makeUser(workspace, `${mark} owner`, { role: 'OWNER' });
  const agent = await makeUser(workspace, `${mark} agent`, { role: 'AGENT' });
  const reader = await makeUser(workspace, `${mark} reader`, { role: 'READ_ONLY' });
  const { apiKey: botKey } = await makeBot(workspace, `${mark} second bot`);
  await note(workspace, conversationId, { text: `${mark} note`, mentionedUserIds: [agent.id] });
  const said = await say(workspace, conversationId, { text: `${mark} “quoted” \\ text\nin two lines \u0001\u2028 🦜` });
  await say(workspace, conversationId, { text: `${mark} reply`, replyToId: said.id });
  await succeed(workspace, MarkConversationReadDocument, { conversationId });
  // One that was merged into a contact that comes later in the order of ids.
  const former = await makeContact(workspace, `${mark} former`);
  const later = await makeContact(workspace, `${mark} later`);
  await succeed(workspace, MergeContactsDocument, { contactIds: [former.id], survivorId: later.id });
  const actors = { OWNER: owner.id, AGENT: agent.id, READ_ONLY: reader.id, CONTACT: everything.idFor('contactId') };
  return { ...everything, beginning, botKey, actors };
}

/**
 * Kills a command while it waits for rows of a table that somebody else has locked. It works on several connections, so
 * that others may still have to do what came before: `after` is an SQL condition that is true once they have.
 */
export async function killAt(
  place: Place,
  { table, after = 'true' }: { table: string; after?: string },
  ...args: string[]
): Promise<Ended> {
  const locker = new pg.Client({ connectionString: place.url });
  await locker.connect();
  try {
    await locker.query(`BEGIN; LOCK TABLE "${table}" IN SHARE MODE`);
    const program: Program = await start({
      command: ['node', 'dist/cli/workspace.js', ...args],
      env: place.environment(),
    });
    const its = `FROM pg_stat_activity WHERE datname = current_database() AND application_name`;
    const blocked = `${its} IN ('parley-workspace', 'parley') AND wait_event_type = 'Lock'`;
    const patience = { timeout: 60_000, interval: 50 };
    await vi.waitUntil(async () => (await place.rows(`SELECT ${blocked} AND ${after}`)).length > 0, patience);
    const ended = await program.stop('SIGKILL');
    // What it has sent would still be done once the lock is free.
    await place.rows(`SELECT pg_terminate_backend(pid) ${blocked}`);
    await place.rows(`SELECT pg_terminate_backend(pid) ${its} = 'parley-workspace'`);
    return ended;
  } finally {
    await locker.end();
  }
}
