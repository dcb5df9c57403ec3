import { z } from 'zod';
import { key, maybe, maybeMoment, moment, object } from './fields.js';

const text = z.string().nullish();

/** A list within an object; one that is missing is empty. */
const listOf = <Schema extends z.ZodType>(name: string, item: Schema) =>
  maybe(z.looseObject({ [name]: maybe(z.array(item)) })).transform((list): z.output<Schema>[] => {
    const items = list?.[name];
    return Array.isArray(items) ? items : [];
  });

export const admin = z.looseObject({
  id: key,
  name: text,
  email: text,
  /** A URL, or an object that has it. */
  avatar: maybe(z.union([z.string(), z.looseObject({ image_url: text })])),
});

export const contact = z.looseObject({
  id: key,
  external_id: text,
  role: text,
  name: text,
  email: text,
  phone: text,
  avatar: maybe(z.union([z.string(), z.looseObject({ image_url: text })])),
  custom_attributes: maybe(object),
  location: maybe(object),
  created_at: maybeMoment,
  updated_at: maybeMoment,
});

const author = z.looseObject({ type: text, id: key, name: text, email: text });

const attachment = z.looseObject({ name: text, url: text, content_type: text, filesize: z.number().nullish() });

const part = z.looseObject({
  id: key,
  part_type: z.string(),
  body: text,
  created_at: moment,
  author: maybe(author),
  attachments: maybe(z.array(attachment)),
  redacted: z.boolean().nullish(),
});

const source = z.looseObject({
  type: text,
  id: key,
  delivered_as: text,
  subject: text,
  body: text,
  author: maybe(author),
  attachments: maybe(z.array(attachment)),
  url: text,
  redacted: z.boolean().nullish(),
});

export const conversation = z.looseObject({
  id: key,
  title: text,
  created_at: moment,
  updated_at: maybeMoment,
  snoozed_until: maybeMoment,
  state: z.enum(['open', 'closed', 'snoozed']),
  read: z.boolean().nullish(),
  priority: text,
  admin_assignee_id: maybe(key),
  team_assignee_id: maybe(key),
  tags: listOf('tags', z.looseObject({ name: z.string() })),
  source: maybe(source),
  contacts: listOf('contacts', z.looseObject({ id: key, external_id: text })),
  teammates: listOf('teammates', z.looseObject({ id: key, name: text, email: text })),
  custom_attributes: maybe(object),
  statistics: maybe(z.looseObject({ last_close_at: maybeMoment })),
  conversation_parts: listOf('conversation_parts', part),
});

export type Author = z.output<typeof author>;
export type Part = z.output<typeof part>;
export type Conversation = z.output<typeof conversation>;
export type AttachedFile = z.output<typeof attachment>;
