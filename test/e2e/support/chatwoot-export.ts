import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The objects of an export by the names of their files; a text stands for a line that is no object. */
export type Files = Record<string, readonly (object | string)[]>;

/** Writes a folder as the recipe of docs/migrating does: a file of objects, one a line. */
export async function writeFolder(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, objects] of Object.entries(files)) {
    const lines = objects.map((object) => `${typeof object === 'string' ? object : JSON.stringify(object)}\n`);
    await writeFile(path.join(folder, `${name}.jsonl`), lines.join(''));
  }
}

/** 2025-03-01 */
export const START = 1_740_787_200;

const agent = { id: 7, account_id: 1, name: 'Ana Agent', available_name: 'Ana', email: 'ana@agents.example.com' };
export const agents = [
  { ...agent, role: 'agent', confirmed: true, availability_status: 'online', thumbnail: '' },
  { ...agent, id: 8, name: 'Bo Boss', available_name: 'Bo', email: 'Bo@Agents.example.com', role: 'administrator' },
];

export const inboxes = [
  { id: 3, name: 'Shop chat', channel_type: 'Channel::WebWidget', lock_to_single_conversation: false },
  { id: 4, name: 'Support mail', channel_type: 'Channel::Email', lock_to_single_conversation: true },
];

export const agentBots = [
  { id: 2, name: 'Greeter', description: 'Says hello', outgoing_url: 'https://bots.example.com' },
];

export const cleo = {
  id: 21,
  name: 'Cleo Customer',
  email: 'Cleo@customers.example.com',
  phone_number: '+4930123456',
  identifier: 'customer-cleo',
  thumbnail: 'https://images.example.com/cleo.png',
  additional_attributes: { city: 'Berlin' },
  custom_attributes: { plan: 'gold' },
  created_at: START - 1000,
  last_activity_at: START + 300,
};
export const dora = { ...cleo, id: 22, name: 'Dora', email: null, phone_number: null, identifier: null, thumbnail: '' };

type Options = { id: number; contact?: object | undefined; [field: string]: unknown };

/** A conversation as the list of conversations has it. */
export function conversation({ id, contact = cleo, ...fields }: Options) {
  return {
    meta: { sender: contact, channel: 'Channel::WebWidget', assignee: agents[0], hmac_verified: false },
    id,
    uuid: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    account_id: 1,
    messages: [],
    inbox_id: 3,
    status: 'open',
    priority: null,
    labels: [],
    custom_attributes: {},
    additional_attributes: {},
    agent_last_seen_at: START + 5,
    contact_last_seen_at: 0,
    snoozed_until: null,
    created_at: START,
    timestamp: START + 300,
    last_activity_at: START + 300,
    ...fields,
  };
}

export const senders = {
  cleo: { id: cleo.id, name: cleo.name, email: cleo.email, type: 'contact' },
  ana: { id: 7, name: 'Ana Agent', available_name: 'Ana', type: 'user' },
  gone: { id: 99, name: 'Gil Gone', available_name: 'Gil', type: 'user' },
  bot: { id: 2, name: 'Greeter', type: 'agent_bot' },
};

/** A message as the list of messages of a conversation has it. `message_type` is 0 for incoming and 1 for outgoing. */
export function message(id: number, conversationId: number, fields: Record<string, unknown>) {
  return {
    id,
    conversation_id: conversationId,
    inbox_id: 3,
    message_type: 1,
    content_type: 'text',
    content_attributes: {},
    private: false,
    status: 'sent',
    source_id: null,
    created_at: START + id,
    ...fields,
  };
}

/** So many conversations of a customer each, with ten messages. */
export function manyConversations(count: number): Files {
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  const contacts = ids.map((id) => ({
    ...dora,
    id: 1000 + id,
    name: `Customer ${id}`,
    email: `customer-${id}@customers.example.com`,
  }));
  const lines = Array.from({ length: 10 }, (_, index) => index);
  return {
    agents,
    inboxes,
    contacts,
    conversations: ids.map((id) =>
      conversation({ id, contact: contacts[id - 1], status: id % 3 === 0 ? 'open' : 'resolved', labels: ['import'] }),
    ),
    messages: ids.flatMap((id) =>
      lines.map((index) =>
        message(id * 10 + index, id, {
          content: `Message ${index} of conversation ${id}, about an order that has not come yet`,
          ...(index % 2 === 0 ? { message_type: 0 } : { sender: senders.ana, private: index === 5 }),
        }),
      ),
    ),
  };
}
