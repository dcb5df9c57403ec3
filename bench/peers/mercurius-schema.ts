/** A schema for what the works ask, as somebody would write it by hand. */
export const schema = `
  scalar DateTime
  type Query {
    conversations(status: String!, first: Int!): [Conversation!]!
    conversation(id: ID!): Conversation
  }
  type Conversation {
    id: ID! subject: String status: String! priority: String! unreadCount: Int! updatedAt: DateTime!
    contact: Contact channel: Channel assignee: Actor lastMessage: Message
    participants: [Participant!]!
    messages(last: Int!): [Message!]!
  }
  type Contact { id: ID! name: String! avatarUrl: String }
  type Channel { id: ID! name: String! type: String! }
  type Actor { id: ID! name: String! }
  type Participant { id: ID! role: String! actor: Actor! }
  type Message {
    id: ID! seq: Int! direction: String! text: String status: String! createdAt: DateTime!
    author: Actor attachments: [Attachment!]!
  }
  type Attachment { id: ID! key: String! contentType: String! sizeBytes: Int filename: String }
`;
