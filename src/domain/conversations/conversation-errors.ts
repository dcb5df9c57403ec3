import type { Conversation } from '../../generated/prisma/client.js';
import type { ConversationStatus } from '../../generated/prisma/enums.js';
import { DomainError } from '../../lib/errors.js';

/** The conversation's status does not allow this. */
export class InvalidTransitionError extends DomainError {
  readonly code = 'INVALID_TRANSITION';

  constructor(
    readonly from: ConversationStatus,
    readonly to: ConversationStatus,
    message = `A conversation that is ${from} cannot become ${to}.`,
  ) {
    super(message);
  }
}

/** There already is an active conversation of this channel and contact, or one with this externalId. */
export class ConversationExistsError extends DomainError {
  readonly code = 'CONVERSATION_EXISTS';

  constructor(readonly conversation: Conversation) {
    super('There already is such a conversation. Use it, or pass ifExists: RETURN.');
  }
}
