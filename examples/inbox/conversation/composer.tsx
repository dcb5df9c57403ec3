import { useClient } from '@parley/client/react';
import { type ClipboardEvent, type KeyboardEvent, type RefObject, useRef, useState } from 'react';
import { IconButton } from '../shared/icon-button.js';
import { AttachIcon, SendIcon } from '../shared/icons.js';
import { drafts } from './drafts.js';
import { UploadChips } from './upload-chips.js';
import { useTypingSignal } from './use-typing-signal.js';
import { useUploads } from './use-uploads.js';

type ComposerProps = { conversationId: string; textRef: RefObject<HTMLTextAreaElement | null> };

/** Where to write. What is not sent yet stays with its conversation as long as the page. */
export function Composer({ conversationId, textRef }: ComposerProps) {
  const client = useClient();
  const [text, setText] = useState(() => drafts.get(conversationId));
  const { uploads, add, remove, retry, clear } = useUploads();
  const { signal, end } = useTypingSignal(conversationId);
  const files = useRef<HTMLInputElement>(null);
  const keys = uploads.flatMap(({ state }) => (state.kind === 'STORED' ? state.key : []));
  const isUploading = keys.length < uploads.length;
  const maySend = (text.trim() !== '' || keys.length > 0) && !isUploading;

  function write(next: string): void {
    setText(next);
    drafts.set(conversationId, next);
    if (next === '') end();
    else signal();
  }

  function send(): void {
    if (!maySend) return;
    const trimmed = text.trim();
    client.sendMessage({
      conversationId,
      ...(trimmed !== '' && { text: trimmed }),
      ...(keys.length > 0 && { uploadKeys: keys }),
    });
    setText('');
    drafts.set(conversationId, '');
    clear();
    end();
    textRef.current?.focus();
  }

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
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
      className="composer"
      aria-label="Reply"
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
      <div className="composer-box">
        <textarea
          ref={textRef}
          rows={1}
          aria-label="Message"
          aria-keyshortcuts="r"
          placeholder="Write a reply"
          value={text}
          onChange={({ target }) => write(target.value)}
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
            Send
          </button>
        </div>
      </div>
    </form>
  );
}
