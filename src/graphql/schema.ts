import './scalars.js';
import './node.queries.js';
import '../workspaces/viewer.query.js';
import '../users/users.js';
import '../bots/bots.js';
import '../channels/channels.js';
import '../contacts/contact.queries.js';
import '../contacts/contact.mutations.js';
import '../conversations/conversation.queries.js';
import '../conversations/counts.query.js';
import '../conversations/transfers.js';
import '../conversations/conversation.mutations.js';
import '../conversations/lifecycle.mutations.js';
import '../conversations/assignment.mutations.js';
import '../conversations/bulk.mutations.js';
import '../participants/membership.mutations.js';
import '../messages/conversation-messages.js';
import '../messages/message.mutations.js';
import '../prospects/prospect.queries.js';
import '../prospects/prospect.mutations.js';
import '../prospects/link.mutations.js';
import '../events/event.queries.js';
import { builder } from './builder.js';

/** The whole schema: each domain adds its part to the builder when it is imported. */
export const schema = builder.toSchema();
