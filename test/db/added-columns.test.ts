import { it } from 'vitest';
import {
  ConversationsDocument,
  CreateContactDocument,
  SendMessageDocument,
  UpdateConversationDocument,
} from '../generated/operations.js';
import { ask, succeed } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const scratch = useScratchDatabase();
const parley = useParley({ databaseUrl: scratch.url, config: { databasePoolSize: 6 } });
const workspace = useWorkspace(parley);

const TABLES = ['Conversation', 'Message', 'Contact', 'Participant', 'Actor', 'ApiKey', 'Event', 'EventHead'];
const CLIENTS = 8;

it('requests go on without a failure while a newer version adds columns to the tables that they use', async () => {
  const { id: conversationId } = await makeConversation(workspace, {});
  let migrating = true;
  let requests = 0;
  const client = async (number: number) => {
    for (let round = 0; migrating; round += 1) {
      await ask(workspace, ConversationsDocument, { first: 5 });
      await succeed(workspace, SendMessageDocument, { conversationId, text: `${number}-${round}` });
      await succeed(workspace, UpdateConversationDocument, { conversationId, subject: `${number}-${round}` });
      await succeed(workspace, CreateContactDocument, { name: `Contact ${number}-${round}` });
      requests += 4;
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
  const answered = async (more: number) => {
    const target = requests + more;
    while (requests < target) await Promise.race([clients, new Promise((resolve) => setTimeout(resolve, 5))]);
  };
  try {
    await answered(50);
    for (const table of TABLES) {
      await scratch.rows(`SET lock_timeout = '1s'; ALTER TABLE "${table}" ADD COLUMN "ofTheNextVersion" TEXT`);
      await answered(20);
    }
    for (const table of TABLES) {
      await scratch.rows(`SET lock_timeout = '1s'; ALTER TABLE "${table}" DROP COLUMN "ofTheNextVersion"`);
      await answered(20);
    }
  } finally {
    migrating = false;
    await clients;
  }
});
