import type { z } from 'zod';
import type { ChannelType } from '../../generated/prisma/enums.js';
import { emailOf, keptOf, phoneOf, urlOf } from './fields.js';
import { readHtml } from './html-text.js';
import {
  type AttachedFile,
  type Author,
  admin,
  type Conversation,
  contact,
  conversation,
  type Part,
} from './intercom-objects.js';
import { type Attachment, bodyOf, cleaned, shortText, tagsOf } from './message-body.js';
import type {
  ImportedAuthor,
  ImportedChannel,
  ImportedContact,
  ImportedConversation,
  ImportedMessage,
  ImportedStatus,
  ImportedUser,
  ImportSource,
} from './source.js';

type Person = Pick<z.output<typeof admin>, 'id' | 'name' | 'email'> & Partial<z.output<typeof admin>>;

const imageOf = (avatar: string | { image_url?: string | null | undefined } | null | undefined) =>
  urlOf(typeof avatar === 'string' ? avatar : avatar?.image_url);

function userOf({ id, name, email, avatar }: Person, active: boolean): ImportedUser {
  return {
    key: id,
    name: shortText(name, 255) ?? `Admin ${id}`,
    email: emailOf(email),
    // Intercom's API does not tell who may administer the workspace.
    role: 'AGENT',
    avatarUrl: imageOf(avatar),
    active,
  };
}

function contactOf(given: z.output<typeof contact>): ImportedContact {
  const { id, external_id, role, name, avatar, created_at, updated_at } = given;
  const [email, phone] = [emailOf(given.email), phoneOf(given.phone)];
  return {
    key: id,
    name: shortText(name, 255),
    email,
    phone,
    avatarUrl: imageOf(avatar),
    externalId: shortText(external_id, 255),
    metadata: keptOf(
      {
        ...{ id, role: shortText(role, 64) },
        email: email ? null : shortText(given.email, 254),
        phone: phone ? null : shortText(given.phone, 64),
      },
      { customAttributes: given.custom_attributes, location: given.location },
    ),
    createdAt: created_at,
    updatedAt: updated_at,
  };
}

/** A contact of whom only this is known. */
const strangerOf = (given: { id: string; name?: unknown; email?: unknown; external_id?: unknown }): ImportedContact => {
  const { id, name, email, external_id } = given;
  return contactOf(contact.parse({ id, name, email, external_id }));
};

const contactTypes: readonly unknown[] = ['user', 'lead', 'contact', 'visitor'];

/** The author of a part; null if there is none. */
function authorOf(by: Author | null): ImportedAuthor | null {
  if (!by) return null;
  if (by.type === 'admin') return { type: 'USER', user: userOf(by, false) };
  if (contactTypes.includes(by.type)) return { type: 'CONTACT', contact: strangerOf(by) };
  const kind = by.type === 'bot' ? '' : `${by.type ?? 'unknown'}-`;
  return { type: 'BOT', bot: { key: `${kind}${by.id}`, name: shortText(by.name, 255) ?? `Bot ${by.id}` } };
}

const ownBot: ImportedAuthor = { type: 'BOT', bot: { key: 'system', name: 'Intercom' } };

function attachmentOf({ name, url, content_type, filesize }: AttachedFile): Attachment {
  const kind = content_type?.split('/')[0];
  const type = kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'document';
  return { type, url: url ?? '', filename: name ?? null, mimeType: content_type ?? null, sizeBytes: filesize ?? null };
}

type Written = Pick<Part, 'body' | 'author' | 'attachments' | 'redacted'> & {
  key: string;
  internal: boolean;
  createdAt: Date;
  kept: Record<string, unknown>;
};

/** What somebody has written, as a message; null if it has neither text nor attachments, nor had any. */
function messageOf({
  key,
  body,
  author: by,
  attachments,
  redacted,
  internal,
  createdAt,
  kept,
}: Written): ImportedMessage | null {
  const { text, images } = readHtml(cleaned(body ?? ''));
  const inline = images.map(
    (url): Attachment => ({ type: 'image', url, filename: null, mimeType: null, sizeBytes: null }),
  );
  const files = [...(attachments ?? []).map(attachmentOf), ...inline];
  const deleted = redacted === true;
  if (!deleted && text === '' && files.length === 0) return null;
  const { lost, ...stored } = bodyOf(deleted ? null : text, deleted ? [] : files);
  const author = authorOf(by);
  const inbound = !internal && (author === null || author.type === 'CONTACT');
  return {
    ...{ key, inbound, internal, deleted, createdAt },
    author: internal && (author === null || author.type === 'CONTACT') ? ownBot : author,
    ...stored,
    status: inbound || internal ? 'DELIVERED' : 'SENT',
    ...{ errorMessage: null, replyTo: null },
    metadata: keptOf(kept, { attachments: lost }),
  };
}

const NOTE = 'note';
/** Parts that may have a text although they are about something that was done, and of which that is not a note. */
const isNote = (type: string) => type === NOTE || type === 'note_and_reopen';

function messageOfPart(given: Part): ImportedMessage | null {
  const { id, part_type, created_at: createdAt } = given;
  return messageOf({ ...given, key: id, internal: isNote(part_type), createdAt, kept: { id, partType: part_type } });
}

function messageOfSource({ id, source, created_at: createdAt }: Conversation): ImportedMessage | null {
  if (!source) return null;
  const kept = { id: source.id, deliveredAs: source.delivered_as, url: shortText(source.url, 2048) };
  // The ids of messages and of parts are counted apart.
  return messageOf({ ...source, key: `source-${id}`, internal: false, createdAt, kept });
}

const channelTypes: Readonly<Record<string, ChannelType>> = {
  conversation: 'WEBCHAT',
  push: 'WEBCHAT',
  email: 'EMAIL',
  facebook: 'FACEBOOK',
  instagram: 'INSTAGRAM',
  phone_call: 'VOICE',
  phone_switch: 'VOICE',
  sms: 'SMS',
  whatsapp: 'WHATSAPP',
};

function channelOf(type: string | null | undefined): ImportedChannel {
  const key = shortText(type, 64) ?? 'conversation';
  return { key, name: `Intercom ${key.replaceAll('_', ' ')}`, type: channelTypes[key] ?? 'API', allowMany: true };
}

function stateOf({ state, snoozed_until, statistics, updated_at, created_at }: Conversation): ImportedStatus {
  if (state === 'snoozed') return { status: 'SNOOZED', until: snoozed_until };
  if (state === 'open') return { status: 'OPEN' };
  return { status: 'CLOSED', at: statistics?.last_close_at ?? updated_at ?? created_at, resolution: null };
}

const NOBODY = '0';

function assigneeOf({ admin_assignee_id: id, teammates }: Conversation): ImportedConversation['assignee'] {
  if (id === null || id === NOBODY) return null;
  const known = teammates.find((teammate) => teammate.id === id);
  return { type: 'USER', user: userOf({ id, name: known?.name, email: known?.email }, false) };
}

function conversationOf(given: Conversation): ImportedConversation {
  const { id, title, source, contacts, created_at: createdAt, team_assignee_id } = given;
  const written = [messageOfSource(given), ...given.conversation_parts.map(messageOfPart)];
  const messages = written.filter((message) => message !== null);
  const [first] = contacts;
  const starter = source?.author && contactTypes.includes(source.author.type) ? source.author : null;
  const lastActivityAt = given.updated_at ?? createdAt;
  return {
    key: id,
    subject: shortText(title ?? readHtml(source?.subject ?? '').text, 500),
    state: stateOf(given),
    priority: given.priority === 'priority' ? 'HIGH' : 'NORMAL',
    channel: channelOf(source?.type),
    contact: first
      ? strangerOf({ ...(starter?.id === first.id ? starter : {}), ...first })
      : starter && strangerOf(starter),
    assignee: assigneeOf(given),
    tags: tagsOf(given.tags.map(({ name }) => name)),
    metadata: keptOf({ id, teamId: team_assignee_id }, { customAttributes: given.custom_attributes }),
    ...{ createdAt, lastActivityAt },
    teamSeenAt: given.read === true ? lastActivityAt : null,
    contactSeenAt: null,
    messages,
    leftOut: given.conversation_parts.length + (source ? 1 : 0) - messages.length,
  };
}

/** The export of Intercom: the objects of its REST API, version 2. */
export const intercom: ImportSource = {
  name: 'intercom',
  title: 'Intercom',
  files: { users: 'admins.jsonl', contacts: 'contacts.jsonl', conversations: 'conversations.jsonl' },
  readUser: (value) => userOf(admin.parse(value), true),
  readContact: (value) => contactOf(contact.parse(value)),
  readConversation: (value) => conversationOf(conversation.parse(value)),
};
