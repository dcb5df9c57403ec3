import type { Conversation, Message } from '@parley/client';
import { useLayoutEffect, useRef, useState } from 'react';
import { dayOf, useNow } from '../shared/time.js';
import { Bubble } from './message.js';

type MessagesProps = {
  conversation: Conversation | null;
  messages: readonly Message[];
  isLoading: boolean;
  hasOlder: boolean;
  onLoadOlder: () => Promise<void>;
};

/** Messages within this time, of one person, belong together. */
const TOGETHER_MS = 5 * 60_000;
/** How near the end counts as reading the newest, in pixels. */
const NEAR_END = 80;

/** Who wrote a message, as far as it can be told. */
const writerOf = (message: Message) => message.sent?.author.id ?? message.direction ?? 'me';

function follows(message: Message, before: Message | undefined): boolean {
  if (!before || writerOf(before) !== writerOf(message) || before.visibility !== message.visibility) return false;
  return Date.parse(message.createdAt) - Date.parse(before.createdAt) < TOGETHER_MS;
}

/** The messages, the newest at the end, which stays in sight for those who are there. */
export function Messages({ conversation, messages, isLoading, hasOlder, onLoadOlder }: MessagesProps) {
  const scroller = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  const before = useRef<{ firstId: string | undefined; height: number }>({ firstId: undefined, height: 0 });
  const today = useNow();
  const firstId = messages[0]?.id;

  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there are other messages.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const { firstId: formerId, height } = before.current;
    const hasGrownAbove = formerId !== undefined && formerId !== firstId;
    if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    else if (hasGrownAbove) element.scrollTop += element.scrollHeight - height;
    before.current = { firstId, height: element.scrollHeight };
  }, [messages, firstId]);

  return (
    <section
      ref={scroller}
      className="messages"
      aria-label="Messages"
      aria-busy={isLoading}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard.
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
      }}
    >
      {hasOlder && <Older onLoad={onLoadOlder} />}
      {isLoading && messages.length === 0 && <Skeletons />}
      {!isLoading && messages.length === 0 && <p className="no-messages">No messages yet. Write the first one.</p>}
      <ol className="message-list" aria-live="polite" aria-relevant="additions">
        {messages.map((message, index) => {
          const former = messages[index - 1];
          const day = dayOf(message.createdAt, today);
          const isNewDay = !former || dayOf(former.createdAt, today) !== day;
          const isFollowing = !isNewDay && follows(message, former);
          return (
            <li key={message.id}>
              {isNewDay && <h3 className="day">{day}</h3>}
              <Bubble message={message} contact={conversation?.contact ?? null} isFollowing={isFollowing} />
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Older({ onLoad }: { onLoad: () => Promise<void> }) {
  const [isLoading, setIsLoading] = useState(false);
  const load = () => {
    setIsLoading(true);
    const end = () => setIsLoading(false);
    onLoad().then(end, end);
  };
  return (
    <button type="button" className="button older" disabled={isLoading} onClick={load}>
      {isLoading ? 'Loading…' : 'Earlier messages'}
    </button>
  );
}

function Skeletons() {
  return (
    <div className="message-skeletons" role="status">
      <span className="hidden">Loading messages…</span>
      {['in', 'out', 'in wide', 'out wide'].map((kind) => (
        <div key={kind} className={`bar bubble-bar ${kind}`} aria-hidden="true" />
      ))}
    </div>
  );
}
