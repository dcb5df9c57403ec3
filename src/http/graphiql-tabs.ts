/** What a tab of GraphiQL opens with. */
export type Tab = { query: string; variables: Record<string, unknown> };

/**
 * The tabs, in the order in which somebody learns the API by running them. Each works without changes if
 * `conversationId` is that of an open conversation.
 */
export const tabs = (conversationId: string): Tab[] => [
  {
    query: `# 1. The inbox: what waits for the team.
# Ctrl-Enter runs it. Point at a field to read what
# it is; Ctrl-Space shows what else there is.
query Inbox($first: Int, $filter: ConversationFilter) {
  conversations(first: $first, filter: $filter) {
    edges {
      node {
        id
        status
        subject
        unreadCount
        contact {
          name
        }
        lastMessage {
          text
          createdAt
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
    variables: { first: 20, filter: { status: ['OPEN', 'PENDING'] } },
  },
  {
    query: `# 2. A conversation, with its newest messages.
# For the page before, pass startCursor as "before".
query Conversation($id: ID!, $before: String) {
  conversation(id: $id) {
    subject
    status
    assignee {
      ... on User {
        name
      }
      ... on Bot {
        name
      }
    }
    messages(last: 10, before: $before) {
      edges {
        node {
          seq
          direction
          text
          author {
            name
          }
        }
      }
      pageInfo {
        hasPreviousPage
        startCursor
      }
    }
  }
}
`,
    variables: { id: conversationId },
  },
  {
    query: `# 3. What happens, as it happens.
# Run it, and the next two tabs in a second window:
# a subscription ends when you leave its tab.
subscription Watch($types: [String!], $after: String) {
  events(types: $types, after: $after) {
    type
    conversation {
      id
      subject
      status
    }
    actor {
      name
    }
    ... on MessageAdded {
      message {
        text
      }
    }
  }
}
`,
    variables: { types: ['conversation.created', 'conversation.closed', 'message.added'] },
  },
  {
    query: `# 4. A reply of the team.
# What is expected to fail is a member of the union:
# empty the text to see the error, with its code.
mutation Reply($input: SendMessageInput!) {
  sendMessage(input: $input) {
    ... on SendMessagePayload {
      messageEdge {
        node {
          id
          seq
          status
        }
      }
    }
    ... on Error {
      __typename
      code
      message
    }
  }
}
`,
    variables: { input: { conversationId, text: 'Thank you for waiting. It arrives tomorrow.' } },
  },
  {
    query: `# 5. A customer writes.
# With an idempotency key it happens once: run it
# again, and the answer is the same conversation.
mutation Write($input: CreateConversationInput!) {
  createConversation(input: $input) {
    ... on CreateConversationPayload {
      conversation {
        id
        status
        contact {
          id
          name
        }
      }
    }
    ... on Error {
      __typename
      code
      message
    }
  }
}
`,
    variables: {
      input: {
        subject: 'Where is my parcel?',
        contact: { email: 'ada@example.com', name: 'Ada Example' },
        message: { text: 'It should have come yesterday.', direction: 'INBOUND' },
        idempotencyKey: 'parcel-1',
      },
    },
  },
  {
    query: `# 6. What has happened, from the log of events.
# For what follows, pass endCursor as "after". With
# it, the subscription of tab 3 misses nothing.
query Log($after: String, $first: Int) {
  events(after: $after, first: $first) {
    edges {
      node {
        type
        occurredAt
        conversationId
        actor {
          name
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
    variables: { first: 20 },
  },
];
