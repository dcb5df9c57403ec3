import { Avatar } from '../shared/avatar.js';
import type { Assignable } from '../shared/inbox-context.js';

type MentionListProps = {
  id: string;
  people: readonly Assignable[];
  activeIndex: number;
  onPick: (person: Assignable) => void;
};

export const optionId = (listId: string, index: number) => `${listId}-${index}`;

/** Who may be meant. The focus stays in the text, where the keys move through the list. */
export function MentionList({ id, people, activeIndex, onPick }: MentionListProps) {
  return (
    <div role="listbox" id={id} className="mentions" aria-label="Mention somebody">
      {people.map((person, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the text says which one is active, by aria-activedescendant.
        // biome-ignore lint/a11y/useKeyWithClickEvents: the text has the keys.
        <div
          key={person.id}
          id={optionId(id, index)}
          role="option"
          className="mention-option"
          aria-selected={index === activeIndex}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(person)}
        >
          <Avatar id={person.id} name={person.name} size="small" />
          {person.name}
        </div>
      ))}
    </div>
  );
}
