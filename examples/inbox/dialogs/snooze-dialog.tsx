import type { Conversation } from '@parley/client';
import { useId, useState } from 'react';
import { useActions } from '../shared/actions.js';
import { fullTimeOf } from '../shared/time.js';
import { Dialog } from './dialog.js';

const HOUR = 60 * 60_000;

/** The next day of the week at nine, at least a day from now; 1 is Monday. */
function morningOf(weekday: number | null): Date {
  const day = new Date();
  do day.setDate(day.getDate() + 1);
  while (weekday !== null && day.getDay() !== weekday);
  day.setHours(9, 0, 0, 0);
  return day;
}

const suggestions = (): [string, Date][] => [
  ['In an hour', new Date(Date.now() + HOUR)],
  ['In four hours', new Date(Date.now() + 4 * HOUR)],
  ['Tomorrow', morningOf(null)],
  ['On Monday', morningOf(1)],
];

type SnoozeDialogProps = { conversation: Conversation; onClose: () => void };

export function SnoozeDialog({ conversation, onClose }: SnoozeDialogProps) {
  const id = useId();
  const { snooze } = useActions();
  const [text, setText] = useState('');
  const chosen = text === '' ? null : new Date(text);
  const pick = (until: Date) => {
    snooze(conversation, until);
    onClose();
  };
  return (
    <Dialog title="Snooze until" onClose={onClose}>
      <ul className="people">
        {suggestions().map(([name, until]) => (
          <li key={name}>
            <button type="button" className="person" onClick={() => pick(until)}>
              <span className="person-name">{name}</span>
              <span className="quiet">{fullTimeOf(until.toISOString())}</span>
            </button>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen) pick(chosen);
        }}
      >
        <label className="field" htmlFor={id}>
          Another time
        </label>
        <div className="field-row">
          <input id={id} type="datetime-local" value={text} onChange={({ target }) => setText(target.value)} />
          <button type="submit" className="button primary" disabled={!chosen}>
            Snooze
          </button>
        </div>
      </form>
    </Dialog>
  );
}
