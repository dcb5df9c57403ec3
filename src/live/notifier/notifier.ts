import { z } from 'zod';

/** What processes tell each other. It may get lost: the log is the truth, and a poll finds what was not rung. */
const signal = z.discriminatedUnion('type', [
  /** There is something new in these workspaces' logs. */
  z.object({ type: z.literal('ring'), workspaceIds: z.array(z.string()) }),
  /** Somebody types, or has stopped. */
  z.object({
    type: z.literal('typing'),
    workspaceId: z.string(),
    conversationId: z.string(),
    actor: z.object({ type: z.enum(['USER', 'BOT', 'CONTACT', 'API_KEY']), id: z.string() }),
    typing: z.boolean(),
    at: z.iso.datetime(),
  }),
]);

export type Signal = z.infer<typeof signal>;
export type TypingSignal = Extract<Signal, { type: 'typing' }>;

export type SignalListener = (signal: Signal) => void;

/** Carries signals to all processes, also to the one that sends. */
export type Doorbell = {
  /** Never fails: what cannot be sent is lost. */
  send: (signal: Signal) => void;
  onSignal: (listener: SignalListener) => () => void;
  close: () => Promise<void>;
};

/** Reads what came over the wire; null for anything else than a signal. */
export function readSignal(text: string): Signal | null {
  try {
    return signal.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The listeners of this process. */
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
