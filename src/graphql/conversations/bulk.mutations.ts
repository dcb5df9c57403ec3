import {
  assignConversations,
  assignConversationsInput,
} from '../../domain/conversations/assign-conversations.action.js';
import type { BulkResult as BulkResultShape } from '../../domain/conversations/bulk.js';
import { closeConversations, closeConversationsInput } from '../../domain/conversations/close-conversations.action.js';
import { tagConversations, tagConversationsInput } from '../../domain/conversations/tag-conversations.action.js';
import { builder } from '../core/builder.js';
import { bulkComplexity } from '../core/complexity.js';
import { ErrorInterface } from '../core/errors.js';
import { mutation } from '../core/mutation.js';
import { Conversation } from './conversation.type.js';

const BulkResult = builder.objectRef<BulkResultShape>('BulkResult').implement({
  description: 'What a bulk mutation did to one conversation.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id as it was given.' }),
    conversation: t.field({
      type: Conversation,
      nullable: true,
      description: 'The conversation after the mutation; null if it was not found.',
      resolve: ({ conversation }) => conversation,
    }),
    error: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'Why the conversation was not changed; null if it succeeded.',
      // graphql-js throws a resolved value that is an Error, so its fields are copied into a plain object.
      resolve: ({ error }) => error && { ...error, message: error.message },
    }),
  }),
});

function bulkPayload(mutationName: string, countField: string) {
  return builder.objectRef<BulkResultShape[]>(`${mutationName}Payload`).implement({
    description: 'What the mutation did to each conversation.',
    fields: (t) => ({
      [countField]: t.int({
        description: 'Number of conversations changed.',
        resolve: (results) => results.filter(({ error }) => error === null).length,
      }),
      results: t.field({
        type: [BulkResult],
        complexity: { field: 1, multiplier: 100 },
        description: 'One result per id.',
        resolve: (results) => results,
      }),
    }),
  });
}

mutation('closeConversations', {
  description: 'Closes many conversations. A conversation that cannot be closed does not affect the others.',
  permission: 'write',
  complexity: bulkComplexity,
  input: closeConversationsInput,
  payload: bulkPayload('CloseConversations', 'closedCount'),
  resolve: (input, context) => closeConversations(context, input),
});

mutation('assignConversations', {
  description:
    'Assigns many conversations to one user or bot, or unassigns them. A conversation that cannot be assigned does not affect the others.',
  permission: 'write',
  complexity: bulkComplexity,
  input: assignConversationsInput,
  payload: bulkPayload('AssignConversations', 'assignedCount'),
  resolve: (input, context) => assignConversations(context, input),
});

mutation('tagConversations', {
  description:
    'Adds tags to many conversations and removes others. A conversation that cannot be changed does not affect the others.',
  permission: 'write',
  complexity: bulkComplexity,
  input: tagConversationsInput,
  payload: bulkPayload('TagConversations', 'taggedCount'),
  resolve: (input, context) => tagConversations(context, input),
});
