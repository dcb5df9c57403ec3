import { z } from 'zod';
import { key, maybe, maybeMoment, moment, object } from './fields.js';

const text = z.string().nullish();

export const agent = z.looseObject({
  id: key,
  name: text,
  available_name: text,
  email: text,
  role: text,
  thumbnail: text,
});

export const contact = z.looseObject({
  id: key,
  name: text,
  email: text,
  phone_number: text,
  identifier: text,
  thumbnail: text,
  additional_attributes: maybe(object),
  custom_attributes: maybe(object),
  created_at: maybeMoment,
  updated_at: maybeMoment,
  last_activity_at: maybeMoment,
});

export const inbox = z.looseObject({
  id: key,
  name: text,
  channel_type: text,
  medium: text,
  lock_to_single_conversation: z.boolean().nullish(),
});

export const attachment = z.looseObject({
  file_type: text,
  data_url: text,
  extension: text,
  file_size: z.number().nullish(),
  fallback_title: text,
  coordinates_lat: z.number().nullish(),
  coordinates_long: z.number().nullish(),
});

export const sender = z.looseObject({ id: key, name: text, available_name: text, email: text, type: text });

/** Types of messages: what customers write, and what happened. Agents write 1, and the product itself 3. */
export const [INCOMING, ACTIVITY] = [0, 2];

export const message = z.looseObject({
  id: key,
  conversation_id: key,
  content: text,
  message_type: z.int().min(0).max(3),
  private: z.boolean().nullish(),
  status: text,
  source_id: text,
  content_type: text,
  content_attributes: maybe(object),
  created_at: moment,
  sender: maybe(sender),
  sender_type: text,
  attachments: maybe(z.array(attachment)),
});

export const conversation = z.looseObject({
  id: key,
  uuid: text,
  inbox_id: key,
  status: z.enum(['open', 'resolved', 'pending', 'snoozed']),
  priority: text,
  labels: maybe(z.array(z.string())),
  snoozed_until: maybeMoment,
  created_at: moment,
  last_activity_at: maybeMoment,
  agent_last_seen_at: maybeMoment,
  contact_last_seen_at: maybeMoment,
  additional_attributes: maybe(object),
  custom_attributes: maybe(object),
  meta: z.looseObject({
    sender: maybe(contact),
    channel: text,
    assignee: maybe(agent),
    team: maybe(z.looseObject({ name: text })),
  }),
});

export const agentBot = z.looseObject({ id: key, name: text });
