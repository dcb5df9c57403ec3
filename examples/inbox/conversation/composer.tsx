import { useClient } from '@parley/client/react';
import { type ClipboardEvent, type KeyboardEvent, type RefObject, useRef, useState } from 'react';
import { IconButton } from '../shared/icon-button.js';
import { AttachIcon, SendIcon } from '../shared/icons.js';
import { useInbox } from '../shared/inbox-context.js';
import { type Draft, drafts } from './drafts.js';
import { MentionList } from './mention-list.js';
import { mentionedIn } from './mentions.js';
import { UploadChips } from './upload-chips.js';
import { useMentions } from './use-mentions.js';
import { useTypingSignal } from './use-typing-signal.js';
import { useUploads } from './use-uploads.js';

type ComposerProps = { conversationId: string; textRef: RefObject<HTMLTextAreaElement | null> };

/** Where to write. What is not sent yet stays with its conversation as long as the page. */
export function Composer({ conversationId, textRef }: ComposerProps) {
  const client = useClient();
  const { person } = useInbox().session;
  const [{ text, isNote }, setDraft] = useState(() => drafts.get(person.id, conversationId));
  const { uploads, add, remove, retry, clear } = useUploads();
  const { signal, end } = useTypingSignal(conversationId);
  const mentions = useMentions({ text, textRef, isOn: isNote, onChange: write });
  const files = useRef<HTMLInputElement>(null);
  const keys = uploads.flatMap(({ state }) => (state.kind === 'STORED' ? state.key : []));
  const isUploading = keys.length < uploads.length;
  const maySend = (text.trim() !== '' || keys.length > 0) && !isUploading;

  function change(draft: Draft): void {
    setDraft(draft);
    drafts.set(person.id, conversationId, draft);
  }

  function write(next: string): void {
    change({ text: next, isNote });
    // Who waits for an answer sees who types one, and nothing of notes.
    if (next === '' || isNote) end();
    else signal();
  }

  function send(): void {
    if (!maySend) return;
    const trimmed = text.trim();
    const mentionedUserIds = mentionedIn(trimmed, mentions.users);
    client.sendMessage({
      conversationId,
      ...(isNote && { visibility: 'INTERNAL', mentionedUserIds }),
      ...(trimmed !== '' && { text: trimmed }),
      ...(keys.length > 0 && { uploadKeys: keys }),
    });
    change({ text: '', isNote: false });
    clear();
    end();
    textRef.current?.focus();
  }

  function choose(note: boolean): void {
    change({ text, isNote: note });
    end();
    textRef.current?.focus();
  }

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.altKey && event.code === 'KeyN') {
      event.preventDefault();
      return choose(!isNote);
    }
    if (mentions.onKey(event)) return event.preventDefault();
    if (event.key === 'Escape') event.currentTarget.blur();
    // While a word is being composed, Enter chooses it.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const onPaste = ({ clipboardData }: ClipboardEvent) => {
    if (clipboardData.files.length > 0) add([...clipboardData.files]);
  };

  return (
    <form
      className={isNote ? 'composer note' : 'composer'}
      aria-label={isNote ? 'Note' : 'Reply'}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        add([...event.dataTransfer.files]);
      }}
    >
      <UploadChips uploads={uploads} onRemove={remove} onRetry={retry} />
      {mentions.mention && (
        <MentionList
          id={mentions.listId}
          people={mentions.mention.people}
          activeIndex={mentions.activeIndex}
          onPick={mentions.pick}
        />
      )}
      <div className="composer-box">
        <div className="composer-kinds">
          <button type="button" aria-pressed={!isNote} onClick={() => choose(false)}>
            Reply
          </button>
          <button
            type="button"
            aria-pressed={isNote}
            aria-keyshortcuts="Alt+N"
            title="Only your team sees it (Alt+N)"
            onClick={() => choose(true)}
          >
            Note
          </button>
        </div>
        <textarea
          {...mentions.aria}
          ref={textRef}
          rows={1}
          aria-label="Message"
          aria-keyshortcuts="r"
          placeholder={isNote ? 'Write a note to your team, @ mentions somebody' : 'Write a reply'}
          value={text}
          onChange={({ target }) => {
            mentions.onCaret(target.selectionStart);
            write(target.value);
          }}
          onSelect={({ currentTarget }) => mentions.onCaret(currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={end}
        />
        <div className="composer-tools">
          <input
            ref={files}
            type="file"
            multiple
            hidden
            aria-label="Files"
            onChange={({ target }) => {
              add([...(target.files ?? [])]);
              target.value = '';
            }}
          />
          <IconButton label="Attach files" onClick={() => files.current?.click()}>
            <AttachIcon />
          </IconButton>
          <span className="composer-hint" aria-hidden="true">
            <span className="key">Enter</span> sends, <span className="key">Shift Enter</span> breaks the line
          </span>
          <button type="submit" className="button primary send" disabled={!maySend}>
            <SendIcon />
            {isNote ? 'Add note' : 'Send'}
          </button>
        </div>
      </div>
    </form>
  );
}
