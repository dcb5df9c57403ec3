import { useClient } from '@parley/client/react';
import { useCallback, useEffect, useRef } from 'react';

/** Typing ends by itself 10 seconds after a signal. */
const REPEAT_MS = 5_000;

/** Tells others that somebody is typing, at most once in some seconds, and that they have stopped. */
export function useTypingSignal(conversationId: string): { signal: () => void; end: () => void } {
  const client = useClient();
  const signalledAt = useRef(0);
  const signal = useCallback(() => {
    const now = Date.now();
    if (now - signalledAt.current < REPEAT_MS) return;
    signalledAt.current = now;
    void client.setTyping(conversationId, true);
  }, [client, conversationId]);
  const end = useCallback(() => {
    if (signalledAt.current === 0) return;
    signalledAt.current = 0;
    void client.setTyping(conversationId, false);
  }, [client, conversationId]);
  useEffect(() => end, [end]);
  return { signal, end };
}
