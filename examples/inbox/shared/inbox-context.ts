import { createContext, useContext } from 'react';
import type { Session } from '../session/session.js';

export type DialogName = 'assign' | 'transfer' | 'snooze' | 'help';

export type Assignable = { id: string; name: string; kind: 'USER' | 'BOT' };

/** Something that was done, to say so, and how to undo it. */
export type Notice = { id: number; text: string; undo: (() => void) | null };

/** What all parts of the page share. */
export type Inbox = {
  session: Session;
  assignable: readonly Assignable[];
  openDialog: (name: DialogName) => void;
  notify: (text: string, undo?: () => void) => void;
};

export const InboxContext = createContext<Inbox | null>(null);

export function useInbox(): Inbox {
  const inbox = useContext(InboxContext);
  if (!inbox) throw new Error('There is no inbox around this component.');
  return inbox;
}
