import { seesAll, type Viewer } from '../auth/viewer.js';
import type { TypingSignal } from './notifier/notifier.js';

/** Who may know of what happens in a conversation. */
export type Audience = NonNullable<TypingSignal['audience']>;

/** What listeners register for, and what a signal is passed to. A signal reaches a listener by one topic at most. */
export type Topic = `${'conversation' | 'member' | 'contact'} ${string}` | 'everything' | 'team';

/** The topic of whoever may see this conversation and watches it alone. */
export function topicOfConversation(id: string): Topic {
  return `conversation ${id}`;
}

/** The topics of a viewer who watches all that it may see. */
export function topicsOfViewer(viewer: Viewer): Topic[] {
  const { kind, actor } = viewer;
  if (seesAll(viewer)) return ['everything'];
  if (kind === 'CONTACT') return [`contact ${actor.id}`];
  return ['team', `member ${actor.id}`];
}

/** The topics of what happens in a conversation. Without its audience, those who see everything. */
export function topicsOf(conversationId: string, audience: Audience | undefined): Topic[] {
  const topics: Topic[] = [topicOfConversation(conversationId), 'everything'];
  if (!audience) return topics;
  const { contactId, members } = audience;
  const team: Topic[] = members ? members.map((id): Topic => `member ${id}`) : ['team'];
  return [...topics, ...team, ...(contactId ? [`contact ${contactId}` as const] : [])];
}
