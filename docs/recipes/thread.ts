import { newMessageId } from './message-id.js';
import { RequestError } from './request.js';

/** How a client reaches the server. */
export type Transport = {
  /** Runs a query or a mutation; rejects if it is answered with `errors`. */
  request: <Data>(query: string, variables: Record<string, unknown>) => Promise<Data>;
  /** Follows a subscription with the variable `after`, from the cursor that `reload` returns. Returns what ends it. */
  follow: <Data>(query: string, variables: Record<string, unknown>, sink: FollowSink<Data>) => () => void;
};

export type FollowSink<Data> = {
  /** Loads the data, and returns the `eventCursor` from the same operation. */
  reload: () => Promise<string>;
  next: (data: Data) => void;
  /** Called once, when trying again cannot help. */
  fail: (reason: unknown) => void;
};

/** A message as it is shown; `seq` is null until the server has accepted it. */
export type Row = { id: string; seq: number | null; text: string | null };

/** Why the server did not take a message. */
export type Refusal = { __typename: string; code: string; message: string; issues?: { path: string[] }[] };

type Page = { edges: { node: Row }[]; pageInfo: { hasPreviousPage: boolean; startCursor: string | null } };
type Read = { eventCursor: string; conversation: { messages: Page } | null };
type Sent = { sendMessage: { __typename: 'SendMessagePayload'; messageEdge: { node: Row } } | Refusal };
type Followed = { events: { type: string; message?: Row | null } };

const READ = `query ReadThread($id: ID!, $before: String) {
  eventCursor
  conversation(id: $id) {
    messages(last: 20, before: $before) {
      edges { node { id seq text } }
      pageInfo { hasPreviousPage startCursor }
    }
  }
}`;
const SEND = `mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) {
    __typename
    ... on SendMessagePayload { messageEdge { node { id seq text } } }
    ... on Error { code message }
    ... on ValidationError { issues { path } }
  }
}`;
const FOLLOW = `subscription FollowThread($id: ID!, $after: String) {
  events(conversationId: $id, after: $after, types: ["message.added", "message.updated", "conversation.deleted"]) {
    type
    ... on MessageAdded { message { id seq text } }
    ... on MessageUpdated { message { id seq text } }
  }
}`;

const GONE = new RequestError([{ message: 'There is no such conversation.', extensions: { code: 'NOT_FOUND' } }]);

export type ThreadOptions = Transport & {
  conversationId: string;
  /** Called with the messages in their order, those that are not accepted yet at the end. */
  show: (rows: Row[]) => void;
  fail: (reason: unknown) => void;
};

/** Shows the newest messages of a conversation, and what becomes of them. */
export function openThread({ request, follow, conversationId, show, fail }: ThreadOptions) {
  const rows = new Map<string, Row>();
  const variables = { id: conversationId };
  let older: string | null = null;

  const changed = () => show([...rows.values()].sort((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity)));

  async function read(before: string | null): Promise<string> {
    const { eventCursor, conversation } = await request<Read>(READ, { ...variables, before });
    if (!conversation) throw GONE;
    const { edges, pageInfo } = conversation.messages;
    for (const { node } of edges) rows.set(node.id, node);
    older = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
    changed();
    return eventCursor;
  }

  const stop = follow<Followed>(FOLLOW, variables, {
    reload: async () => {
      for (const { id, seq } of rows.values()) if (seq !== null) rows.delete(id);
      return read(null);
    },
    next: ({ events: { type, message } }) => {
      if (message) rows.set(message.id, message);
      changed();
      if (type !== 'conversation.deleted') return;
      stop();
      fail(GONE);
    },
    fail,
  });

  return {
    stop,
    /** Loads the page before those that are shown, if there is one. */
    loadOlder: async () => {
      if (older !== null) await read(older);
    },
    /**
     * Shows a message at once and sends it. Returns why the server did not take it, or null if it did. If it rejects,
     * nobody knows whether the server has the message: call it again with the same id, with which it is stored once.
     */
    send: async (text: string, id = newMessageId()): Promise<Refusal | null> => {
      rows.set(id, { id, seq: null, text });
      changed();
      const { sendMessage } = await request<Sent>(SEND, { input: { conversationId, id, text } });
      if ('messageEdge' in sendMessage) rows.set(id, sendMessage.messageEdge.node);
      else rows.delete(id);
      changed();
      return 'messageEdge' in sendMessage ? null : sendMessage;
    },
  };
}
