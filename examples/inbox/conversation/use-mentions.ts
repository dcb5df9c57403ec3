import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { type Assignable, useInbox } from '../shared/inbox-context.js';
import { optionId } from './mention-list.js';
import { mentionAt } from './mentions.js';

type Options = {
  text: string;
  textRef: RefObject<HTMLTextAreaElement | null>;
  isOn: boolean;
  onChange: (text: string) => void;
};

/** Suggests colleagues while their names are being written after an @. */
export function useMentions({ text, textRef, isOn, onChange }: Options) {
  const listId = useId();
  const { assignable } = useInbox();
  const users = useMemo(() => assignable.filter(({ kind }) => kind === 'USER'), [assignable]);
  const [caret, setCaret] = useState(0);
  const [index, setIndex] = useState(0);
  const [dismissedAt, setDismissedAt] = useState<number | null>(null);
  const nextCaret = useRef<number | null>(null);
  const found = isOn ? mentionAt(text, Math.min(caret, text.length), users) : null;
  const mention = found && found.start !== dismissedAt ? found : null;
  const activeIndex = mention ? Math.min(index, mention.people.length - 1) : 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: once the text is what was picked.
  useLayoutEffect(() => {
    if (nextCaret.current === null) return;
    textRef.current?.setSelectionRange(nextCaret.current, nextCaret.current);
    nextCaret.current = null;
  }, [text, textRef]);

  function pick({ name }: Assignable): void {
    if (!mention) return;
    const before = `${text.slice(0, mention.start)}@${name} `;
    nextCaret.current = before.length;
    setCaret(before.length);
    setIndex(0);
    onChange(before + text.slice(mention.end));
  }

  /** Whether the key was for the list. */
  function onKey({ key }: KeyboardEvent): boolean {
    if (!mention) return false;
    const active = mention.people[activeIndex];
    const count = mention.people.length;
    if (key === 'ArrowDown') setIndex((activeIndex + 1) % count);
    else if (key === 'ArrowUp') setIndex((activeIndex + count - 1) % count);
    else if (key === 'Escape') setDismissedAt(mention.start);
    else if ((key === 'Enter' || key === 'Tab') && active) pick(active);
    else return false;
    return true;
  }

  return {
    listId,
    users,
    mention,
    activeIndex,
    pick,
    onKey,
    onCaret: setCaret,
    aria: mention
      ? ({
          'aria-autocomplete': 'list',
          'aria-controls': listId,
          'aria-activedescendant': optionId(listId, activeIndex),
        } as const)
      : {},
  };
}
