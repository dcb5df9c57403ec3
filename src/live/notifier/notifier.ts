import { z } from 'zod';

/** What processes send each other. Signals may be lost: the log is authoritative, and polling finds what was missed. */
const signal = z.discriminatedUnion('type', [
  /** The logs of these workspaces have grown. */
  z.object({ type: z.literal('ring'), workspaceIds: z.array(z.string()) }),
  /** An actor is typing or has stopped. */
  z.object({
    type: z.literal('typing'),
    workspaceId: z.string(),
    conversationId: z.string(),
    actor: z.object({ type: z.enum(['USER', 'BOT', 'CONTACT', 'API_KEY']), id: z.string() }),
    typing: z.boolean(),
    at: z.iso.datetime(),
    /**
     * Who may know: the conversation's contact, and of one that has an owner its members, otherwise the whole team. Undefined
     * from a sender that does not know it.
     */
    audience: z.object({ contactId: z.string().nullable(), members: z.array(z.string()).nullable() }).optional(),
  }),
]);

export type Signal = z.infer<typeof signal>;
export type TypingSignal = Extract<Signal, { type: 'typing' }>;

export type SignalListener = (signal: Signal) => void;

/** Called with what the notifier could not do. It tries to connect and to subscribe again by itself. */
export type OnNotifierFailure = (action: 'connect' | 'subscribe' | 'publish') => void;

/** Carries signals to all processes, including the sender. */
export type Notifier = {
  /** Never throws: a signal that cannot be sent is lost. */
  send: (signal: Signal) => void;
  onSignal: (listener: SignalListener) => () => void;
  close: () => Promise<void>;
};

/** Parses a received message; null if it is not a signal. */
export function readSignal(text: string): Signal | null {
  try {
    return signal.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Keeps the listeners of this process. */
export function createListeners() {
  const listeners = new Set<SignalListener>();
  return {
    emit: (received: Signal) => {
      for (const listener of listeners) listener(received);
    },
    onSignal: (listener: SignalListener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
