import { useConversations, useCounts } from '@parley/client/react';
import { type RefObject, useCallback, useState } from 'react';
import { CloseIcon, EmptyIcon, SearchIcon } from '../shared/icons.js';
import { useInbox } from '../shared/inbox-context.js';
import { filterOf, filterOfScope, go, type Route, STATUSES, WORDS } from '../shared/route.js';
import { Row, type RowData } from './row.js';
import { useSearch } from './use-search.js';

type ListProps = {
  route: Route;
  searchRef: RefObject<HTMLInputElement | null>;
};

/** The conversations of a view, or what a search finds. */
export function ConversationList({ route, searchRef }: ListProps) {
  const [words, setWords] = useState('');
  const isSearching = words.trim() !== '';
  return (
    <section className="list" aria-label="Conversations">
      <header className="list-head">
        <h1 className="list-title">{isSearching ? 'Search' : WORDS[route.scope]}</h1>
        <search className="search">
          <SearchIcon />
          <input
            ref={searchRef}
            type="search"
            placeholder="Search"
            aria-label="Search conversations"
            aria-keyshortcuts="/"
            maxLength={200}
            value={words}
            onChange={({ target }) => setWords(target.value)}
            onKeyDown={({ key, currentTarget }) => {
              if (key !== 'Escape') return;
              setWords('');
              currentTarget.blur();
            }}
          />
          {isSearching ? (
            <button type="button" className="clear" aria-label="End the search" onClick={() => setWords('')}>
              <CloseIcon />
            </button>
          ) : (
            <span className="key" aria-hidden="true">
              /
            </span>
          )}
        </search>
        {!isSearching && <UnreadToggle route={route} />}
        {!isSearching && <Statuses route={route} />}
      </header>
      {isSearching ? <Found words={words} route={route} /> : <Followed route={route} />}
    </section>
  );
}

function UnreadToggle({ route }: { route: Route }) {
  const { session } = useInbox();
  const { value } = useCounts({ ...filterOfScope(route.scope, session.person.id), unread: true });
  const counts = { OPEN: value?.open, PENDING: value?.pending, SNOOZED: value?.snoozed, CLOSED: value?.closed };
  const count = counts[route.status];
  return (
    <button
      type="button"
      className="toggle"
      aria-pressed={route.unread}
      onClick={() => go({ unread: !route.unread, conversationId: null })}
    >
      Unread {count !== undefined && <span className="count">{count}</span>}
    </button>
  );
}

function Statuses({ route }: { route: Route }) {
  const { session } = useInbox();
  const { value } = useCounts(filterOfScope(route.scope, session.person.id));
  const counts = { OPEN: value?.open, PENDING: value?.pending, SNOOZED: value?.snoozed, CLOSED: undefined };
  return (
    <fieldset className="statuses">
      <legend className="hidden">Status</legend>
      {STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          aria-pressed={route.status === status}
          onClick={() => go({ status, conversationId: null })}
        >
          {WORDS[status]} {counts[status] !== undefined && <span className="count">{counts[status]}</span>}
        </button>
      ))}
    </fieldset>
  );
}

function Followed({ route }: { route: Route }) {
  const { session } = useInbox();
  const { rows, state, failure } = useConversations(filterOf(route, session.person.id));
  if (failure) return <Empty title="This list cannot be shown" text={failure.message} />;
  if (state === 'LOADING' && rows.length === 0) return <Loading />;
  if (rows.length === 0) {
    return (
      <Empty title="All done" text={route.unread ? 'Nothing here is unread.' : 'There is nothing in this list.'} />
    );
  }
  return <Rows rows={rows} selectedId={route.conversationId} />;
}

function Found({ words, route }: { words: string; route: Route }) {
  const { rows, isLoading, failure } = useSearch(words);
  if (failure) return <Empty title="The search failed" text={failure} />;
  if (isLoading && rows.length === 0) return <Loading />;
  if (rows.length === 0) return <Empty title="Nothing found" text="Try fewer or other words." />;
  return <Rows rows={rows} selectedId={route.conversationId} />;
}

type RowsProps = { rows: readonly RowData[]; selectedId: string | null };

function Rows({ rows, selectedId }: RowsProps) {
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const isThere = (id: string | null) => rows.some((row) => row.id === id);
  const reachableId = [focusedId, selectedId].find(isThere) ?? rows[0]?.id;
  const open = useCallback((id: string) => go({ conversationId: id }), []);
  const focus = useCallback((id: string) => setFocusedId(id), []);
  return (
    <ul className="rows">
      {rows.map((row) => (
        <Row
          key={row.id}
          row={row}
          isSelected={row.id === selectedId}
          isReachable={row.id === reachableId}
          onOpen={open}
          onFocus={focus}
        />
      ))}
    </ul>
  );
}

const SKELETONS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

function Loading() {
  return (
    <div className="rows" role="status">
      <span className="hidden">Loading conversations…</span>
      {SKELETONS.map((key) => (
        <div key={key} className="row skeleton" aria-hidden="true">
          <span className="avatar" />
          <span className="row-text">
            <span className="bar short" />
            <span className="bar" />
            <span className="bar long" />
          </span>
        </div>
      ))}
    </div>
  );
}

function Empty({ title, text }: { title: string; text: string }) {
  return (
    <div className="empty" role="status">
      <EmptyIcon />
      <p className="empty-title">{title}</p>
      <p>{text}</p>
    </div>
  );
}
