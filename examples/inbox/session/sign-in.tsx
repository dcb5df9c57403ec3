import { type FormEvent, useId, useState } from 'react';
import { Avatar } from '../shared/avatar.js';
import { Logo } from '../shared/icons.js';
import type { Colleague } from './session.js';

/** Asks for a key or token. */
export function SignIn({ failure, onSubmit }: { failure: string | null; onSubmit: (credential: string) => void }) {
  const id = useId();
  const [credential, setCredential] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (credential.trim()) onSubmit(credential.trim());
  };
  return (
    <main className="gate">
      <form className="gate-card" onSubmit={submit}>
        <Logo />
        <h1>Sign in to your inbox</h1>
        <p className="quiet" id={`${id}-hint`}>
          With a session token of a user, or an API key that may sign users in.
        </p>
        <label className="field" htmlFor={id}>
          Token or key
        </label>
        <input
          id={id}
          type="password"
          autoComplete="off"
          value={credential}
          aria-describedby={`${id}-hint${failure ? ` ${id}-failure` : ''}`}
          aria-invalid={failure !== null}
          onChange={({ target }) => setCredential(target.value)}
        />
        {failure && (
          <p className="failure" role="alert" id={`${id}-failure`}>
            {failure}
          </p>
        )}
        <button type="submit" className="button primary">
          Sign in
        </button>
      </form>
    </main>
  );
}

/** Asks whom a key signs in. */
export function ChoosePerson({ people, onChoose }: { people: readonly Colleague[]; onChoose: (id: string) => void }) {
  return (
    <main className="gate">
      <div className="gate-card">
        <Logo />
        <h1>Who are you?</h1>
        <p className="quiet">The inbox, what is unread and what is yours depend on the person.</p>
        <ul className="people">
          {people.map(({ id, name, role }) => (
            <li key={id}>
              <button type="button" className="person" onClick={() => onChoose(id)}>
                <Avatar id={id} name={name} />
                <span className="person-name">{name}</span>
                <span className="quiet">{role.toLowerCase().replace('_', ' ')}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </main>
  );
}

type ReplacePersonProps = { name: string | null; onStay: () => void; onReplace: () => void };

/** Asks whether a link may replace the person who is signed in; the name is null where the link has not decided who it is. */
export function ReplacePerson({ name, onStay, onReplace }: ReplacePersonProps) {
  return (
    <main className="gate">
      <div className="gate-card">
        <Logo />
        <h1>{name ? `Sign in as ${name}?` : 'Sign in by this link?'}</h1>
        <p className="quiet">
          The link that you followed signs somebody else in than is signed in here. What you write then is theirs. Go on
          only if you expected it.
        </p>
        <button type="button" className="button primary" onClick={onStay}>
          Stay signed in
        </button>
        <button type="button" className="button" onClick={onReplace}>
          {name ? `Sign in as ${name}` : 'Sign in by the link'}
        </button>
      </div>
    </main>
  );
}

export function Splash() {
  return (
    <main className="gate" aria-busy="true">
      <h1 className="hidden">Inbox</h1>
      <Logo />
      <p className="quiet">Opening your inbox…</p>
    </main>
  );
}
