import type { ChannelType, MessageStatus, Priority, Resolution, UserRole } from '../../generated/prisma/enums.js';
import type { JsonObject } from '../../lib/validation.js';

/** The products whose exports are imported. Their names begin the externalIds of what is imported. */
export const sourceNames = ['chatwoot', 'intercom'] as const;
export type SourceName = (typeof sourceNames)[number];

/** Keys are the ids that the product uses, as text. */
export type ImportedUser = {
  key: string;
  name: string;
  /** In its canonical form; null if the product does not tell it. */
  email: string | null;
  role: UserRole;
  avatarUrl: string | null;
  /** false for somebody who has left, known only as the author of something. */
  active: boolean;
};

export type ImportedBot = { key: string; name: string };

export type ImportedChannel = { key: string; name: string; type: ChannelType; allowMany: boolean };

export type ImportedContact = {
  key: string;
  name: string | null;
  /** In its canonical form, as the phone number. */
  email: string | null;
  phone: string | null;
  avatarUrl: string | null;
  /** The id by which the customer's own systems know the contact. */
  externalId: string | null;
  metadata: JsonObject;
  createdAt: Date | null;
  updatedAt: Date | null;
};

export type ImportedAuthor =
  | { type: 'USER'; user: ImportedUser }
  | { type: 'BOT'; bot: ImportedBot }
  | { type: 'CONTACT'; contact: ImportedContact }
  | { type: 'SYSTEM' };

export type ImportedMessage = {
  key: string;
  /** null for the contact of the conversation. */
  author: ImportedAuthor | null;
  inbound: boolean;
  /** Whether it is a note, which contacts never see. */
  internal: boolean;
  text: string | null;
  content: object;
  status: MessageStatus;
  errorMessage: string | null;
  /** The key of the message that it answers, in the same conversation. */
  replyTo: string | null;
  /** Whether it was deleted; it has neither text nor content then. */
  deleted: boolean;
  metadata: JsonObject;
  createdAt: Date;
};

/** The status of a conversation. A time of snoozing that has passed, or is not known, is for the loader to settle. */
export type ImportedStatus =
  | { status: 'OPEN' | 'PENDING' }
  | { status: 'SNOOZED'; until: Date | null }
  | { status: 'CLOSED'; at: Date; resolution: Resolution | null };

export type ImportedConversation = {
  key: string;
  subject: string | null;
  state: ImportedStatus;
  priority: Priority;
  channel: ImportedChannel;
  contact: ImportedContact | null;
  assignee: Exclude<ImportedAuthor, { type: 'CONTACT' | 'SYSTEM' }> | null;
  tags: string[];
  metadata: JsonObject;
  createdAt: Date;
  lastActivityAt: Date;
  /** Up to when the team and the contact have read; null if the product does not tell. */
  teamSeenAt: Date | null;
  contactSeenAt: Date | null;
  /** In any order. */
  messages: ImportedMessage[];
  /** How many entries of its history are no messages, such as that it was assigned, and are left out. */
  leftOut: number;
};

/** How the export of a product is read: the names of its files, and what the lines of each mean. */
export type ImportSource = {
  name: SourceName;
  /** As the product spells it. */
  title: string;
  /** Only that of the conversations must be there. */
  files: {
    users: string;
    bots?: string;
    channels?: string;
    contacts: string;
    conversations: string;
    /** Of messages that are not part of their conversation. */
    messages?: string;
  };
  /** Each throws ZodError for an object that is not as the product documents it. */
  readUser: (object: unknown) => ImportedUser;
  readBot?: (object: unknown) => ImportedBot;
  readChannel?: (object: unknown) => ImportedChannel;
  readContact: (object: unknown) => ImportedContact;
  /** How messages are read that are not part of their conversation. */
  messages?: {
    /** The key of the conversation of a message. */
    conversationKeyOf: (object: unknown) => string;
    /** null for an entry of the history that is no message. */
    read: (object: unknown) => ImportedMessage | null;
  };
  /** The conversation with the messages that are part of it. */
  readConversation: (object: unknown, channels: ReadonlyMap<string, ImportedChannel>) => ImportedConversation;
};

/** The externalId of something that was imported. */
export function externalIdOf(
  source: SourceName,
  noun: 'bot' | 'channel' | 'contact' | 'conversation' | 'message',
  key: string,
): string {
  return `${source}:${noun}:${key}`;
}
