import { useCounts } from '@parley/client/react';
import { Avatar } from './shared/avatar.js';
import { IconButton } from './shared/icon-button.js';
import { AllIcon, AtIcon, HelpIcon, Logo, MineIcon, SignOutIcon, UnassignedIcon } from './shared/icons.js';
import { useInbox } from './shared/inbox-context.js';
import { filterOfScope, go, SCOPES, type Scope, useRoute, WORDS } from './shared/route.js';

const ICONS = { mine: MineIcon, mentions: AtIcon, unassigned: UnassignedIcon, all: AllIcon };

function ScopeLink({ scope }: { scope: Scope }) {
  const { session } = useInbox();
  const route = useRoute();
  const { value } = useCounts(filterOfScope(scope, session.person.id));
  const Icon = ICONS[scope];
  return (
    <li>
      <button
        type="button"
        className="scope"
        aria-current={route.scope === scope ? 'page' : undefined}
        onClick={() => go({ scope, conversationId: null })}
      >
        <Icon />
        <span className="scope-name">{WORDS[scope]}</span>
        {value && (
          <span className="count">
            {value.open}
            <span className="hidden"> open</span>
          </span>
        )}
      </button>
    </li>
  );
}

type NavigationProps = { onSwitch: (id: string) => void; onSignOut: () => void };

/** Whose conversations are shown, and who is signed in. */
export function Navigation({ onSwitch, onSignOut }: NavigationProps) {
  const { session, openDialog } = useInbox();
  const { person, workspace, others } = session;
  return (
    <nav className="navigation" aria-label="Inbox">
      <div className="brand">
        <Logo />
        <span className="brand-name">{workspace.name}</span>
      </div>
      <ul className="scopes">
        {SCOPES.map((scope) => (
          <ScopeLink key={scope} scope={scope} />
        ))}
      </ul>
      <div className="me">
        <Avatar id={person.id} name={person.name} />
        {others.length > 1 ? (
          <select
            className="me-name"
            aria-label="Signed in as"
            value={person.id}
            onChange={({ target }) => onSwitch(target.value)}
          >
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        ) : (
          <span className="me-name">{person.name}</span>
        )}
        <IconButton label="Keyboard shortcuts" shortcut="?" onClick={() => openDialog('help')}>
          <HelpIcon />
        </IconButton>
        <IconButton label="Sign out" onClick={onSignOut}>
          <SignOutIcon />
        </IconButton>
      </div>
    </nav>
  );
}
