import type { Conversation } from '../../generated/prisma/client.js';
import type { ConversationStatus } from '../../generated/prisma/enums.js';
import { DomainError } from '../../lib/errors.js';

/** The conversation's status does not allow the action. */
export class InvalidTransitionError extends DomainError {
  readonly code = 'INVALID_TRANSITION';

  constructor(
    /** As a UUID; null where the failure was kept without it. */
    readonly conversationId: string | null,
    readonly from: ConversationStatus,
    readonly to: ConversationStatus,
    message = `A conversation that is ${from} cannot become ${to}.`,
  ) {
    super(message);
  }
}

/** The channel and contact already have an active conversation, or the externalId is taken within the client key. */
export class ConversationExistsError extends DomainError {
  readonly code = 'CONVERSATION_EXISTS';

  constructor(readonly conversation: Conversation) {
    super('Such a conversation already exists. Use it, or pass ifExists: RETURN.');
  }
}
