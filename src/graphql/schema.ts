import './core/scalars.js';
import './node.queries.js';
import './workspaces/viewer.queries.js';
import './workspaces/workspace.mutations.js';
import './api-keys/api-key-maker.js';
import './api-keys/api-key.queries.js';
import './api-keys/api-key.mutations.js';
import './api-keys/session-token.mutations.js';
import './users/user.queries.js';
import './users/user.mutations.js';
import './bots/bot.queries.js';
import './bots/bot.mutations.js';
import './channels/channel.queries.js';
import './channels/channel.mutations.js';
import './contacts/contact.queries.js';
import './contacts/contact.mutations.js';
import './conversations/conversation-errors.type.js';
import './conversations/conversation.queries.js';
import './conversations/conversation-counts.queries.js';
import './conversations/transfers.js';
import './conversations/conversation.mutations.js';
import './conversations/lifecycle.mutations.js';
import './conversations/assignment.mutations.js';
import './conversations/bulk.mutations.js';
import './participants/membership.mutations.js';
import './messages/conversation-messages.js';
import './messages/message.mutations.js';
import './messages/message.queries.js';
import './messages/transport-status.type.js';
import './uploads/attachment.type.js';
import './uploads/upload.mutations.js';
import './prospects/prospect.queries.js';
import './prospects/prospect.mutations.js';
import './conversations/conversation.direct.js';
import './participants/participant.direct.js';
import './messages/message.direct.js';
import './uploads/attachment.direct.js';
import './events/event.direct.js';
import './events/event.queries.js';
import './events/event.subscriptions.js';
import './events/typing.subscriptions.js';
import './events/typing.mutations.js';
import './webhooks/webhook-endpoint.queries.js';
import './webhooks/webhook-endpoint.mutations.js';
import './webhooks/webhook-delivery-lists.js';
import './webhooks/webhook-delivery.mutations.js';
import { hideFromContacts } from './contact-view.js';
import { builder } from './core/builder.js';
import { metered } from './metered.js';
import { priced } from './priced.js';
import { reused } from './reused.js';

/**
 * The schema. Each noun adds its part to the builder when it is imported. Contacts see only some of its fields, and every
 * field has a price and counts.
 */
export const schema = metered(reused(priced(hideFromContacts(builder.toSchema()))));
