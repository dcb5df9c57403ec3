import { SendMessageDocument, type SendMessageInput } from '../../generated/operations.js';
import { succeed } from '../../support/act.js';
import { makeBot, makeChannel, makeContact, makeConversation, makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';

/**
 * Three conversations that differ in everything that a list of them can be filtered by: `desk` is assigned to a user,
 * `machine` to a bot, and the third to nobody. Each is made a second after the one before, at the time that `times`
 * holds.
 */
export async function makeInbox(workspace: TestWorkspace, tick: () => string) {
  const agent = await makeUser(workspace, 'Support Agent');
  const bot = await makeBot(workspace, 'Support Bot');
  const whatsapp = await makeChannel(workspace, { name: 'WhatsApp Business', type: 'WHATSAPP' });
  const email = await makeChannel(workspace, { name: 'Mail', type: 'EMAIL' });
  const jane = await makeContact(workspace, 'Jane Smith');
  const times = [tick()];
  const desk = await makeConversation(workspace, {
    channelId: whatsapp.id,
    contact: { phone: '+5511999999999', name: 'John Doe', avatarUrl: 'https://cdn.example.com/john.jpg' },
    assigneeId: agent.id,
    metadata: { source: 'website', campaign: 'winter_sale' },
    message: { text: 'Where is my parcel?', direction: 'INBOUND' },
  });
  times.push(tick());
  const machine = await makeConversation(workspace, {
    channelId: email.id,
    contactId: jane.id,
    assigneeId: bot.id,
    priority: 'HIGH',
  });
  times.push(tick());
  const unassigned = await makeConversation(workspace, {
    channelId: email.id,
    contact: { email: 'third@example.com' },
  });
  return { agent, bot, whatsapp, email, jane, desk, machine, unassigned, times };
}

type Said = Omit<SendMessageInput, 'conversationId'>;

/** Sends messages one second apart, and returns their ids and times. */
export async function sayAll(client: TestWorkspace, conversationId: string, said: readonly Said[], tick: () => string) {
  const messages: { id: string; createdAt: string }[] = [];
  for (const message of said) {
    const createdAt = tick();
    messages.push({
      id: (await succeed(client, SendMessageDocument, { conversationId, ...message })).messageEdge.node.id,
      createdAt,
    });
  }
  return messages;
}
