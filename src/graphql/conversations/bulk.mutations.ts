import { assignConversations } from '../../domain/conversations/assign-conversations.action.js';
import type { BulkResult as BulkResultShape } from '../../domain/conversations/bulk.js';
import { closeConversations, closeConversationsInput } from '../../domain/conversations/close-conversations.action.js';
import { tagConversations } from '../../domain/conversations/tag-conversations.action.js';
import { builder } from '../core/builder.js';
import { ErrorInterface } from '../core/errors.js';
import { addMutation, mutation } from '../core/mutation.js';
import { Conversation } from './conversation.type.js';

const BulkResult = builder.objectRef<BulkResultShape>('BulkResult').implement({
  description: 'One of many: the conversation as it is now, or why not.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id that was asked for.' }),
    conversation: t.field({
      type: Conversation,
      nullable: true,
      description: 'The conversation as it is now; null where there is none.',
      resolve: ({ conversation }) => conversation,
    }),
    error: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'Why it was not done; null where it was.',
      // graphql-js throws whatever is an Error, so that its fields are answered in a plain object.
      resolve: ({ error }) => error && { ...error, message: error.message },
    }),
  }),
});

function bulkPayload(mutationName: string, countField: string) {
  return builder.objectRef<BulkResultShape[]>(`${mutationName}Payload`).implement({
    description: 'What became of each.',
    fields: (t) => ({
      [countField]: t.int({
        description: 'For how many it was done.',
        resolve: (results) => results.filter(({ error }) => error === null).length,
      }),
      results: t.field({
        type: [BulkResult],
        complexity: { field: 1, multiplier: 100 },
        description: 'One for each id.',
        resolve: (results) => results,
      }),
    }),
  });
}

mutation('closeConversations', {
  description: 'Closes many conversations at once; one that cannot be closed does not hold up the others.',
  permission: 'write',
  input: closeConversationsInput,
  payload: bulkPayload('CloseConversations', 'closedCount'),
  resolve: (input, context) => closeConversations(context, input),
});

const AssignConversationsInput = builder.inputType('AssignConversationsInput', {
  description: 'Who should answer many conversations.',
  fields: (t) => ({
    conversationIds: t.idList({ required: true, description: 'At most 100.' }),
    assigneeId: t.id({ description: "Must be given: a user's or a bot's id, or null to take the assignees off." }),
    note: t.string({ description: 'Kept with each assignment, at most 1000 characters.' }),
  }),
});

addMutation('assignConversations', {
  description: 'Assigns many conversations at once; one that cannot be assigned does not hold up the others.',
  permission: 'write',
  input: AssignConversationsInput,
  payload: bulkPayload('AssignConversations', 'assignedCount'),
  resolve: (input, context) => assignConversations(context, input),
});

const TagConversationsInput = builder.inputType('TagConversationsInput', {
  description: 'Tags to add to and to remove from many conversations; at least one.',
  fields: (t) => ({
    conversationIds: t.idList({ required: true, description: 'At most 100.' }),
    add: t.stringList({ description: 'At most 50 of at most 64 characters; a conversation keeps at most 50.' }),
    remove: t.stringList({ description: 'Those that a conversation does not have are ignored.' }),
  }),
});

addMutation('tagConversations', {
  description: 'Adds tags to many conversations and removes others; one that fails does not hold up the others.',
  permission: 'write',
  input: TagConversationsInput,
  payload: bulkPayload('TagConversations', 'taggedCount'),
  resolve: (input, context) => tagConversations(context, input),
});
