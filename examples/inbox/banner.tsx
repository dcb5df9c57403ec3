import { useConnectionStatus, useWaiting } from '@parley/client/react';
import { useEffect, useState } from 'react';
import { OfflineIcon } from './shared/icons.js';

/** A server that restarts is no reason to alarm anybody. */
const PATIENCE_MS = 1_500;

/** Says when there is no connection, and what waits for one. */
export function Banner({ onSignIn }: { onSignIn: () => void }) {
  const { state } = useConnectionStatus();
  const count = useWaiting().length;
  const isAway = state === 'WAITING' || state === 'CONNECTING';
  const isLong = useLasting(isAway);
  if (state === 'ENDED') {
    return (
      <div className="banner" role="alert">
        <OfflineIcon />
        Your session has ended.
        <button type="button" className="link" onClick={onSignIn}>
          Sign in again
        </button>
      </div>
    );
  }
  return (
    <div className={isLong ? 'banner' : 'banner none'} role="status">
      {isLong && (
        <>
          <OfflineIcon />
          You are offline.{' '}
          {count === 0
            ? 'You can go on: changes are sent later.'
            : `${count === 1 ? 'One change waits' : `${count} changes wait`} to be sent.`}
        </>
      )}
    </div>
  );
}

/** Whether something has held for a while. */
function useLasting(holds: boolean): boolean {
  const [hasLasted, setHasLasted] = useState(false);
  useEffect(() => {
    if (!holds) {
      setHasLasted(false);
      return;
    }
    const timer = setTimeout(() => setHasLasted(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [holds]);
  return holds && hasLasted;
}
