import { type KeyboardEvent, useState } from 'react';
import { Avatar } from '../shared/avatar.js';
import { CheckIcon } from '../shared/icons.js';
import { type Assignable, useInbox } from '../shared/inbox-context.js';

type PeoplePickerProps = {
  selectedId: string | null;
  /** Whom to leave out. */
  exceptId?: string | null;
  onPick: (person: Assignable) => void;
};

/** Moves the focus between the buttons of a list. */
function moveFocus({ key, currentTarget }: KeyboardEvent<HTMLElement>): boolean {
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (step === undefined) return false;
  const buttons = [...currentTarget.querySelectorAll<HTMLElement>('input, .person')];
  const { activeElement } = document;
  const index = activeElement instanceof HTMLElement ? buttons.indexOf(activeElement) : -1;
  buttons[Math.max(0, Math.min(buttons.length - 1, index + step))]?.focus();
  return true;
}

/** Users and bots, the viewer first. */
export function PeoplePicker({ selectedId, exceptId, onPick }: PeoplePickerProps) {
  const { assignable, session } = useInbox();
  const [words, setWords] = useState('');
  const found = assignable.filter(
    ({ id, name }) => id !== exceptId && name.toLowerCase().includes(words.trim().toLowerCase()),
  );
  const [first] = found;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move between the buttons inside.
    <div
      onKeyDown={(event) => {
        if (moveFocus(event)) event.preventDefault();
      }}
    >
      <input
        className="picker-search"
        type="search"
        aria-label="Find a person"
        placeholder="Find a person"
        value={words}
        onChange={({ target }) => setWords(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !first) return;
          event.preventDefault();
          onPick(first);
        }}
      />
      <ul className="people">
        {found.map((person) => (
          <li key={person.id}>
            <button
              type="button"
              className="person"
              aria-pressed={person.id === selectedId}
              onClick={() => onPick(person)}
            >
              <Avatar id={person.id} name={person.name} />
              <span className="person-name">
                {person.name}
                {person.id === session.person.id && ' (you)'}
              </span>
              {person.kind === 'BOT' && <span className="mark">bot</span>}
              {person.id === selectedId && <CheckIcon />}
            </button>
          </li>
        ))}
        {found.length === 0 && <li className="quiet nobody">Nobody of this name.</li>}
      </ul>
    </div>
  );
}
