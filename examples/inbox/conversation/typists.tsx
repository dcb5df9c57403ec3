import { useTyping } from '@parley/client/react';
import { useInbox } from '../shared/inbox-context.js';

/** Who else is typing. */
export function Typists({ conversationId }: { conversationId: string }) {
  const { session } = useInbox();
  const names = useTyping(conversationId).flatMap(({ id, name }) => (id === session.person.id ? [] : [name]));
  const words = names.length === 1 ? `${names[0]} is typing` : `${names.join(' and ')} are typing`;
  return (
    <p className="typists" aria-live="polite">
      {names.length > 0 && (
        <>
          <span className="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {words}
        </>
      )}
    </p>
  );
}
