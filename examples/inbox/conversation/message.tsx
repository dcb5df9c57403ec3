import type { Conversation, Message } from '@parley/client';
import { useRefusals } from '@parley/client/react';
import { memo } from 'react';
import { Avatar } from '../shared/avatar.js';
import { LockIcon } from '../shared/icons.js';
import { useInbox } from '../shared/inbox-context.js';
import { clockOf, fullTimeOf } from '../shared/time.js';
import { Attachments } from './attachments.js';
import { partsOf } from './mentions.js';

type BubbleProps = {
  message: Message;
  contact: Conversation['contact'];
  /** Whether it goes on what the same person said just before. */
  isFollowing: boolean;
};

/** What is said of a message's way to the customer. */
const STATUS_WORDS: Record<string, string> = {
  SENT: 'Sent',
  DELIVERED: 'Delivered',
  READ: 'Read',
  FAILED: 'Not delivered',
};

export const Bubble = memo(function Bubble({ message, contact, isFollowing }: BubbleProps) {
  const { session } = useInbox();
  const { sent, text, createdAt, direction, refused, visibility } = message;
  const isNote = visibility === 'INTERNAL';
  if (sent?.author.__typename === 'System') {
    return (
      <p className="system">
        {text} <span className="message-time">{clockOf(createdAt)}</span>
      </p>
    );
  }
  const isInbound = direction === 'INBOUND' && !isNote;
  const author = sent?.author ?? (isInbound && contact ? contact : session.person);
  const isMine = author.id === session.person.id;
  return (
    <article
      className={`message ${isNote ? 'note' : ''} ${isInbound ? 'in' : 'out'} ${isFollowing ? 'following' : ''}`}
    >
      {!isFollowing && <Avatar id={author.id} name={author.name} />}
      <div className="message-body">
        {!isFollowing && (
          <p className="message-head">
            <span className="message-author">{isMine ? 'You' : author.name}</span>
            {isNote && (
              <span className="mark high">
                <LockIcon /> Note
              </span>
            )}
            <time className="message-time" dateTime={createdAt} title={fullTimeOf(createdAt)}>
              {clockOf(createdAt)}
            </time>
          </p>
        )}
        <div className={`bubble ${sent ? '' : 'unsent'} ${refused ? 'refused' : ''}`}>
          {sent?.deletedAt ? <em>This message was deleted.</em> : <Content message={message} />}
        </div>
        <Foot message={message} isInbound={isInbound} />
      </div>
    </article>
  );
});

function Content({ message: { sent, text, id } }: { message: Message }) {
  const attachments = sent?.attachments ?? [];
  const type = typeof sent?.content.type === 'string' ? sent.content.type : 'text';
  return (
    <>
      {text && <Text text={text} names={sent?.mentions.map(({ name }) => name) ?? []} />}
      {attachments.length > 0 && <Attachments messageId={id} attachments={attachments} />}
      {!text && attachments.length === 0 && <em>{sent ? `A message of the type ${type}` : 'Sending files…'}</em>}
    </>
  );
}

function Text({ text, names }: { text: string; names: readonly string[] }) {
  return (
    <p className="message-text">
      {partsOf(text, names).map((part) =>
        part.isMention ? (
          <strong key={part.at} className="mentioned">
            {part.text}
          </strong>
        ) : (
          part.text
        ),
      )}
    </p>
  );
}

function Foot({ message: { sent, refused, visibility }, isInbound }: { message: Message; isInbound: boolean }) {
  const { retry, dismiss } = useRefusals();
  if (refused) {
    const { writeId, refusal } = refused;
    return (
      <p className="message-foot failure">
        Not sent: {refusal.message}
        <button type="button" className="link" onClick={() => retry(writeId)}>
          Try again
        </button>
        <button type="button" className="link" onClick={() => dismiss(writeId)}>
          Discard
        </button>
      </p>
    );
  }
  const isNote = visibility === 'INTERNAL';
  const words = sent ? (isNote ? 'Only your team sees this' : STATUS_WORDS[sent.messageStatus]) : 'Waits to be sent';
  const parts = [sent?.editedAt && !sent.deletedAt && 'Edited', !isInbound && words].filter(Boolean);
  return parts.length > 0 ? <p className="message-foot">{parts.join(' · ')}</p> : null;
}
