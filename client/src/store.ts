import { type CopyRecord, type RemovedRecord, TABLES, type TableName, type Tables } from './records.js';

/** Changes that are made together. */
export type Transaction = {
  put: (record: CopyRecord) => void;
  remove: (table: TableName, key: string) => void;
};

/** What a tab shows, for reading. */
export type Store = {
  tables: { readonly [Name in TableName]: ReadonlyMap<string, Tables[Name]> };
  /** The ids of a list's conversations. */
  membersOf: (list: string) => ReadonlySet<string>;
  /** The lists that a conversation is in. */
  listsOf: (conversationId: string) => ReadonlySet<string>;
  messagesOf: (conversationId: string) => ReadonlySet<string>;
  /** Rises with each change. */
  version: () => number;
  subscribe: (listener: () => void) => () => void;
};

/** Records in memory, which only whoever leads writes by itself: other tabs mirror what that one says. */
export type Memory = Store & {
  /** Makes changes at once, and tells of them. */
  change: (make: (transaction: Transaction) => void) => void;
  /** Holds these and nothing else. */
  replace: (records: readonly CopyRecord[]) => void;
  /** Has several changes told of at once. */
  together: <Result>(make: () => Result) => Result;
  records: () => CopyRecord[];
};

const NONE: ReadonlySet<string> = new Set();

export function createMemory(): Memory {
  const tables: { [Name in TableName]: Map<string, Tables[Name]> } = {
    conversation: new Map(),
    actor: new Map(),
    message: new Map(),
    list: new Map(),
    member: new Map(),
    thread: new Map(),
    counts: new Map(),
    position: new Map(),
    write: new Map(),
    connection: new Map(),
    following: new Map(),
    typing: new Map(),
  };
  const all = new Map<string, CopyRecord>();
  const members = createIndex();
  const lists = createIndex();
  const messages = createIndex();
  const listeners = new Set<() => void>();
  let version = 0;
  let isTogether = false;

  function put(record: CopyRecord): void {
    version += 1;
    if (record.table === 'member') {
      members.add(record.value.list, record.value.conversationId);
      lists.add(record.value.conversationId, record.value.list);
    }
    if (record.table === 'message') messages.add(record.value.conversation.id, record.key);
    all.set(`${record.table} ${record.key}`, record);
    hold(tables, record);
  }

  function remove({ table, key }: RemovedRecord): void {
    version += 1;
    const member = table === 'member' && tables.member.get(key);
    if (member) {
      members.remove(member.list, member.conversationId);
      lists.remove(member.conversationId, member.list);
    }
    const message = table === 'message' && tables.message.get(key);
    if (message) messages.remove(message.conversation.id, key);
    tables[table].delete(key);
    all.delete(`${table} ${key}`);
  }

  function announce(): void {
    version += 1;
    if (isTogether) return;
    for (const listener of [...listeners]) listener();
  }

  return {
    tables,
    membersOf: members.of,
    listsOf: lists.of,
    messagesOf: messages.of,
    version: () => version,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change: (make) => {
      make({ put, remove: (table, key) => remove({ table, key }) });
      announce();
    },
    replace: (records) => {
      for (const table of TABLES) for (const key of [...tables[table].keys()]) remove({ table, key });
      for (const record of records) if (TABLES.includes(record.table)) put(record);
      announce();
    },
    together: (make) => {
      isTogether = true;
      try {
        return make();
      } finally {
        isTogether = false;
        announce();
      }
    },
    records: () => [...all.values()],
  };
}

function hold<Name extends TableName>(
  tables: { [Each in Name]: Map<string, Tables[Each]> },
  { table, key, value }: { [Each in Name]: { table: Each; key: string; value: Tables[Each] } }[Name],
): void {
  tables[table].set(key, value);
}

function createIndex() {
  const sets = new Map<string, Set<string>>();
  return {
    of: (key: string): ReadonlySet<string> => sets.get(key) ?? NONE,
    add: (key: string, value: string) => {
      const set = sets.get(key) ?? new Set();
      sets.set(key, set.add(value));
    },
    remove: (key: string, value: string) => {
      const set = sets.get(key);
      set?.delete(value);
      if (set?.size === 0) sets.delete(key);
    },
  };
}

/** Waits until something holds of the store; rejects when it is aborted before. */
export function until(store: Store, holds: () => boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      unsubscribe();
      signal.removeEventListener('abort', abort);
      settle();
    };
    const look = () => holds() && end(resolve);
    const abort = () => end(() => reject(signal.reason));
    const unsubscribe = store.subscribe(look);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else look();
  });
}
