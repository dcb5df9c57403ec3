import type { TestWorkspace } from '../../support/parley.js';

type Named = { __typename: string; id: string; name: string; email?: string };

export type Imported = {
  id: string;
  status: string;
  priority: string;
  subject: string | null;
  tags: string[];
  metadata: Record<string, unknown>;
  messageCount: number;
  unreadCount: number;
  snoozedUntil: string | null;
  closure: { at: string; resolution: string | null } | null;
  createdAt: string;
  lastMessageAt: string;
  channel: { name: string; type: string };
  contact: { id: string; name: string; email: string | null; phone: string | null; externalId: string | null } | null;
  assignee: Named | null;
  messages: {
    id: string;
    text: string | null;
    content: Record<string, unknown>;
    direction: string;
    visibility: string;
    status: string;
    createdAt: string;
    deletedAt: string | null;
    replyTo: { id: string } | null;
    author: Named;
  }[];
};

const FIELDS = `
  id status priority subject tags messageCount unreadCount snoozedUntil closure { at resolution } createdAt lastMessageAt
  channel { name type }
  contact { id name email phone externalId }
  assignee { __typename ... on User { id name email } ... on Bot { id name } }
  messages(first: 100, visibility: [PUBLIC, INTERNAL]) { edges { node {
    id text content direction visibility status createdAt deletedAt replyTo { id }
    author { __typename id name ... on User { email } }
  } } }`;

/** A conversation that was imported, with its messages, as the viewer sees it. */
export async function importedConversation(workspace: TestWorkspace, externalId: string): Promise<Imported> {
  const query = `query ($externalId: String!) { conversationByExternalId(externalId: $externalId) { ${FIELDS} } }`;
  type Page = {
    conversationByExternalId: Omit<Imported, 'messages'> & {
      messages: { edges: { node: Imported['messages'][number] }[] };
    };
  };
  const { body } = await workspace.post<Page>(query, { externalId });
  const found = body.data?.conversationByExternalId;
  if (!found) throw new Error(`There is no ${externalId}: ${JSON.stringify(body)}`);
  return { ...found, messages: found.messages.edges.map(({ node }) => node) };
}
