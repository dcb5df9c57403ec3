import { createClient } from '@parley/client';
import { openIndexedDbStorage } from '@parley/client/indexed-db';
import { ParleyProvider } from '@parley/client/react';
import { memoryStorage } from '@parley/client/storage';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { drafts } from './conversation/drafts.js';
import { databaseOf, deleteDatabases } from './session/databases.js';
import { demoKey, type Kept, keep, readKept, takeTokenFromAddress } from './session/kept.js';
import { ENDPOINT, enter, type Session } from './session/session.js';
import { ChoosePerson, ReplacePerson, SignIn, Splash } from './session/sign-in.js';
import './style/all.css';

const element = document.getElementById('root');
if (!element) throw new Error('The page has no place for the inbox.');
const root = createRoot(element);
const show = (node: ReactNode) => root.render(<StrictMode>{node}</StrictMode>);

function showSignIn(failure: string | null = null): void {
  keep(null);
  show(<SignIn failure={failure} onSubmit={(credential) => void open(credential, null)} />);
}

/** Signs in with a key or token; with a key as this person, or as the one who is chosen. */
async function open(credential: string, personId: string | null): Promise<void> {
  show(<Splash />);
  try {
    const entrance = await enter(credential, personId);
    if (entrance.kind === 'CHOICE') {
      const { people } = entrance;
      // Who only tries it out is let in at once, and can be somebody else from there.
      if (credential === demoKey() && !readKept() && people[0]) return open(credential, people[0].id);
      show(<ChoosePerson people={people} onChoose={(id) => void open(credential, id)} />);
      return;
    }
    keep({ credential, personId: entrance.session.person.id });
    await showInbox(entrance.session, credential);
  } catch (reason) {
    showSignIn(reason instanceof Error ? reason.message : String(reason));
  }
}

/**
 * Follows a link with a token in a tab where somebody is signed in. Nobody becomes somebody else unasked: the link may be
 * from whoever wants to read what they write. A link that does not work changes nothing.
 */
async function openLink(token: string, kept: Kept): Promise<void> {
  show(<Splash />);
  const stay = () => void open(kept.credential, kept.personId);
  const entrance = await enter(token, null).catch(() => null);
  if (entrance === null) return stay();
  const person = entrance.kind === 'CHOICE' ? null : entrance.session.person;
  if (person && person.id === kept.personId) return open(token, null);
  show(<ReplacePerson name={person?.name ?? null} onStay={stay} onReplace={() => void open(token, null)} />);
}

async function showInbox(session: Session, credential: string): Promise<void> {
  // Null where another tab has it: what is written offline then lives as long as the tab.
  const stored = await openIndexedDbStorage({ name: databaseOf(session.person.id) }).catch(() => null);
  const client = await createClient({ url: ENDPOINT, token: session.token, storage: stored ?? memoryStorage() });

  const leave = async (end: () => Promise<void>) => {
    show(<Splash />);
    await end();
    stored?.close();
  };

  /** Leaves nothing of anybody behind, because the machine may be shared. */
  const signOut = async () => {
    // Cannot erase what another tab has deleted by signing out; it is deleted below in any case.
    await leave(() => client.signOut().catch(() => {}));
    drafts.clear();
    await deleteDatabases(session.person.id);
    showSignIn();
  };

  show(
    <ParleyProvider client={client}>
      <App
        session={session}
        onSwitch={(id) => void leave(client.stop).then(() => open(credential, id))}
        onSignOut={() => void signOut()}
      />
    </ParleyProvider>,
  );
}

const token = takeTokenFromAddress();
const kept = readKept();
const first = token ?? kept?.credential ?? demoKey();
if (token !== null && kept !== null) void openLink(token, kept);
else if (first === null) showSignIn();
else void open(first, kept?.personId ?? null);
