import type { z } from 'zod';
import type { ChannelType, MessageStatus, Priority } from '../../generated/prisma/enums.js';
import { contentSchemas } from '../messages/content-schemas.js';
import {
  ACTIVITY,
  agent,
  agentBot,
  type attachment,
  contact,
  conversation,
  INCOMING,
  inbox,
  message,
  type sender,
} from './chatwoot-objects.js';
import { emailOf, keptOf, key, phoneOf, urlOf } from './fields.js';
import { type Attachment, bodyOf, shortText, tagsOf } from './message-body.js';
import type {
  ImportedAuthor,
  ImportedBot,
  ImportedChannel,
  ImportedContact,
  ImportedConversation,
  ImportedMessage,
  ImportedStatus,
  ImportedUser,
  ImportSource,
} from './source.js';

const channelTypes: Readonly<Record<string, ChannelType>> = {
  'Channel::WebWidget': 'WEBCHAT',
  'Channel::Email': 'EMAIL',
  'Channel::Whatsapp': 'WHATSAPP',
  'Channel::TwilioSms': 'SMS',
  'Channel::Sms': 'SMS',
  'Channel::FacebookPage': 'FACEBOOK',
  'Channel::Instagram': 'INSTAGRAM',
  'Channel::Telegram': 'TELEGRAM',
  'Channel::Voice': 'VOICE',
};

const typeOf = (channel: string | null | undefined, medium?: string | null): ChannelType =>
  medium === 'whatsapp' ? 'WHATSAPP' : (channelTypes[channel ?? ''] ?? 'API');

const priorities: Readonly<Record<string, Priority>> = { low: 'LOW', medium: 'NORMAL', high: 'HIGH', urgent: 'URGENT' };

const statuses: Readonly<Record<string, MessageStatus>> = { delivered: 'DELIVERED', read: 'READ', failed: 'FAILED' };

const fileTypes: Readonly<Record<string, Attachment['type']>> = {
  image: 'image',
  audio: 'audio',
  video: 'video',
  ig_reel: 'video',
  story_mention: 'image',
};

function userOf(
  { id, name, available_name, email, role, thumbnail }: Partial<z.output<typeof agent>>,
  active: boolean,
): ImportedUser {
  return {
    key: id ?? '',
    name: shortText(name ?? available_name, 255) ?? `Agent ${id}`,
    email: emailOf(email),
    role: role === 'administrator' ? 'ADMIN' : 'AGENT',
    avatarUrl: urlOf(thumbnail),
    active,
  };
}

function contactOf(given: z.output<typeof contact>): ImportedContact {
  const { id, name, email, phone_number, identifier, thumbnail, created_at, updated_at, last_activity_at } = given;
  const [address, phone] = [emailOf(email), phoneOf(phone_number)];
  return {
    key: id,
    name: shortText(name, 255),
    email: address,
    phone,
    avatarUrl: urlOf(thumbnail),
    externalId: shortText(identifier, 255),
    metadata: keptOf(
      { id, email: address ? null : shortText(email, 254), phone: phone ? null : shortText(phone_number, 64) },
      { additionalAttributes: given.additional_attributes, customAttributes: given.custom_attributes },
    ),
    createdAt: created_at,
    updatedAt: updated_at ?? last_activity_at,
  };
}

/** A contact of whom only the id and perhaps the name is known. */
function strangerOf({ id, name, email }: z.output<typeof sender>): ImportedContact {
  return contactOf(contact.parse({ id, name, email }));
}

const ownBot: ImportedBot = { key: 'system', name: 'Chatwoot' };

function authorOf({
  sender: by,
  sender_type,
  private: internal,
  message_type,
}: z.output<typeof message>): ImportedAuthor | null {
  const kind = (by?.type ?? sender_type ?? '').toLowerCase().replaceAll('_', '');
  if (by && kind === 'user') return { type: 'USER', user: userOf(by, false) };
  if (by && kind === 'contact' && !internal) return { type: 'CONTACT', contact: strangerOf(by) };
  if (by && kind !== 'contact' && kind !== '') {
    const prefix = kind === 'agentbot' ? '' : `${kind}-`;
    return { type: 'BOT', bot: { key: `${prefix}${by.id}`, name: shortText(by.name, 255) ?? `Bot ${by.id}` } };
  }
  // Of the customer's messages, the author is the contact of the conversation.
  if (message_type === INCOMING) return null;
  return internal ? { type: 'BOT', bot: ownBot } : { type: 'SYSTEM' };
}

function attachmentOf({
  file_type,
  data_url,
  extension,
  file_size,
  fallback_title,
}: z.output<typeof attachment>): Attachment {
  const url = data_url ?? '';
  const filename = shortText(fallback_title, 255) ?? fileNameOf(url, extension);
  return {
    type: fileTypes[file_type ?? ''] ?? 'document',
    url,
    filename,
    mimeType: null,
    sizeBytes: file_size ?? null,
  };
}

function fileNameOf(url: string, extension: string | null | undefined): string | null {
  const name = URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) : '';
  return shortText(name, 255) ?? (extension ? `attachment.${extension}` : null);
}

function locationOf(attachments: z.output<typeof attachment>[]): object | null {
  const place = attachments.find(({ file_type }) => file_type === 'location');
  const content = {
    type: 'location',
    latitude: place?.coordinates_lat,
    longitude: place?.coordinates_long,
    ...(place?.fallback_title ? { name: shortText(place.fallback_title, 255) } : {}),
  };
  return contentSchemas.get('location')?.safeParse(content).success ? content : null;
}

function messageOf(given: z.output<typeof message>): ImportedMessage | null {
  if (given.message_type === ACTIVITY) return null;
  const { id, content, content_type, content_attributes: attributes, source_id, status } = given;
  const inbound = given.message_type === INCOMING;
  const internal = !inbound && given.private === true;
  const deleted = attributes?.deleted === true;
  const attachments = deleted ? [] : (given.attachments ?? []);
  const location = locationOf(attachments);
  const files = location ? attachments.filter(({ file_type }) => file_type !== 'location') : attachments;
  const body = bodyOf(deleted ? null : (content ?? null), files.map(attachmentOf));
  const replyTo = key.safeParse(attributes?.in_reply_to).data ?? null;
  const error = attributes?.external_error;
  return {
    key: id,
    author: authorOf(given),
    inbound,
    internal,
    text: body.text,
    content: files.length === 0 && location ? location : body.content,
    status: inbound || internal ? 'DELIVERED' : (statuses[status ?? ''] ?? 'SENT'),
    errorMessage: status === 'failed' ? shortText(typeof error === 'string' ? error : null, 1000) : null,
    replyTo,
    deleted,
    metadata: keptOf(
      {
        id,
        sourceId: shortText(source_id, 255),
        contentType: content_type === 'text' ? null : shortText(content_type, 64),
      },
      { contentAttributes: deleted || content_type === 'text' ? null : attributes, attachments: body.lost },
    ),
    createdAt: given.created_at,
  };
}

function stateOf({
  status,
  snoozed_until,
  last_activity_at,
  created_at,
}: z.output<typeof conversation>): ImportedStatus {
  switch (status) {
    case 'open':
      return { status: 'OPEN' };
    case 'pending':
      return { status: 'PENDING' };
    case 'snoozed':
      return { status: 'SNOOZED', until: snoozed_until };
    case 'resolved':
      return { status: 'CLOSED', at: last_activity_at ?? created_at, resolution: 'RESOLVED' };
  }
}

function conversationOf(
  given: z.output<typeof conversation>,
  channels: ReadonlyMap<string, ImportedChannel>,
): ImportedConversation {
  const { id, inbox_id, meta, additional_attributes: additional } = given;
  const subject = additional?.mail_subject;
  const unlisted: ImportedChannel = {
    key: inbox_id,
    name: `Inbox ${inbox_id}`,
    type: typeOf(meta.channel),
    allowMany: true,
  };
  return {
    key: id,
    subject: shortText(typeof subject === 'string' ? subject : null, 500),
    state: stateOf(given),
    priority: priorities[given.priority ?? ''] ?? 'NORMAL',
    channel: channels.get(inbox_id) ?? unlisted,
    contact: meta.sender && contactOf(meta.sender),
    assignee: meta.assignee && { type: 'USER', user: userOf(meta.assignee, false) },
    tags: tagsOf(given.labels ?? []),
    metadata: keptOf(
      { id, uuid: shortText(given.uuid, 64), team: shortText(meta.team?.name, 255) },
      { customAttributes: given.custom_attributes, additionalAttributes: additional },
    ),
    createdAt: given.created_at,
    lastActivityAt: given.last_activity_at ?? given.created_at,
    teamSeenAt: given.agent_last_seen_at,
    contactSeenAt: given.contact_last_seen_at,
    messages: [],
    leftOut: 0,
  };
}

/** The export of Chatwoot: the objects of its application API, version 1. */
export const chatwoot: ImportSource = {
  name: 'chatwoot',
  title: 'Chatwoot',
  files: {
    users: 'agents.jsonl',
    bots: 'agent_bots.jsonl',
    channels: 'inboxes.jsonl',
    contacts: 'contacts.jsonl',
    conversations: 'conversations.jsonl',
    messages: 'messages.jsonl',
  },
  readUser: (value) => userOf(agent.parse(value), true),
  readBot: (value) => {
    const { id, name } = agentBot.parse(value);
    return { key: id, name: shortText(name, 255) ?? `Bot ${id}` };
  },
  readChannel: (value) => {
    const { id, name, channel_type, medium, lock_to_single_conversation } = inbox.parse(value);
    const type = typeOf(channel_type, medium);
    return { key: id, name: shortText(name, 255) ?? `Inbox ${id}`, type, allowMany: !lock_to_single_conversation };
  },
  readContact: (value) => contactOf(contact.parse(value)),
  messages: {
    conversationKeyOf: (value) => message.pick({ conversation_id: true }).parse(value).conversation_id,
    read: (value) => messageOf(message.parse(value)),
  },
  readConversation: (value, channels) => conversationOf(conversation.parse(value), channels),
};
