import { useState } from 'react';
import { CloseIcon } from '../shared/icons.js';

type TagsProps = { tags: readonly string[]; onChange: (tags: string[]) => void };

/** The labels of a conversation; Enter adds one. */
export function Tags({ tags, onChange }: TagsProps) {
  const [text, setText] = useState('');
  const add = () => {
    const tag = text.trim();
    setText('');
    if (tag && !tags.includes(tag)) onChange([...tags, tag]);
  };
  return (
    <div className="tags">
      {tags.length > 0 && (
        <ul className="tag-list" aria-label="Tags">
          {tags.map((tag) => (
            <li key={tag} className="mark tag">
              {tag}
              <button
                type="button"
                className="clear"
                aria-label={`Remove the tag ${tag}`}
                onClick={() => onChange(tags.filter((other) => other !== tag))}
              >
                <CloseIcon />
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        className="tag-input"
        aria-label="Add a tag"
        placeholder="Add a tag"
        maxLength={64}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onBlur={add}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Enter') add();
          if (key === 'Escape') {
            setText('');
            currentTarget.blur();
          }
        }}
      />
    </div>
  );
}
