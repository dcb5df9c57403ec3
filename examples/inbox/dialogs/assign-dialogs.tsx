import type { Conversation } from '@parley/client';
import { useId, useState } from 'react';
import { useActions } from '../shared/actions.js';
import type { Assignable } from '../shared/inbox-context.js';
import { Dialog } from './dialog.js';
import { PeoplePicker } from './people-picker.js';

type DialogProps = { conversation: Conversation; onClose: () => void };

export function AssignDialog({ conversation, onClose }: DialogProps) {
  const { assign } = useActions();
  const pick = (person: Assignable | null) => {
    assign(conversation, person);
    onClose();
  };
  return (
    <Dialog title="Assign" onClose={onClose}>
      <PeoplePicker selectedId={conversation.assigneeId} onPick={pick} />
      {conversation.assigneeId !== null && (
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={() => pick(null)}>
            Unassign
          </button>
        </footer>
      )}
    </Dialog>
  );
}

export function TransferDialog({ conversation, onClose }: DialogProps) {
  const id = useId();
  const { transfer } = useActions();
  const [to, setTo] = useState<Assignable | null>(null);
  const [reason, setReason] = useState('');
  const [summary, setSummary] = useState('');
  return (
    <Dialog title="Transfer" onClose={onClose}>
      <PeoplePicker selectedId={to?.id ?? null} exceptId={conversation.assigneeId} onPick={setTo} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!to) return;
          transfer(conversation, to, reason.trim(), summary.trim());
          onClose();
        }}
      >
        <label className="field" htmlFor={`${id}-reason`}>
          Reason
        </label>
        <input id={`${id}-reason`} maxLength={1000} value={reason} onChange={({ target }) => setReason(target.value)} />
        <label className="field" htmlFor={`${id}-summary`}>
          What they should know
        </label>
        <textarea
          id={`${id}-summary`}
          rows={3}
          maxLength={10_000}
          value={summary}
          onChange={({ target }) => setSummary(target.value)}
        />
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={!to}>
            {to ? `Transfer to ${to.name}` : 'Choose somebody'}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
