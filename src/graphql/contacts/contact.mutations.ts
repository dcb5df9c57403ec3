import { createContact, createContactInput } from '../../domain/contacts/create-contact.action.js';
import { type DeletedContact, deleteContact, deleteContactInput } from '../../domain/contacts/delete-contact.action.js';
import { type ErasedContact, eraseContact, eraseContactInput } from '../../domain/contacts/erase-contact.action.js';
import { type MergedContacts, mergeContacts, mergeContactsInput } from '../../domain/contacts/merge-contacts.action.js';
import {
  type RemovedAlias,
  removeContactAlias,
  removeContactAliasInput,
} from '../../domain/contacts/remove-contact-alias.action.js';
import { updateContact, updateContactInput } from '../../domain/contacts/update-contact.action.js';
import { builder } from '../core/builder.js';
import { mutation } from '../core/mutation.js';
import { payload, pendingField } from '../core/payload.js';
import { Contact } from './contact.type.js';

mutation('createContact', {
  description: 'Creates a contact. ConflictError if another contact has the phone number, email address or externalId.',
  permission: 'write',
  input: createContactInput,
  payload: payload('CreateContact', 'contact', Contact, 'The new contact.'),
  resolve: async (input, context) => ({ contact: await createContact(context, input) }),
});

mutation('updateContact', {
  description: 'Changes a contact. ConflictError if another contact has the phone number, email address or externalId.',
  permission: 'write',
  input: updateContactInput,
  payload: payload('UpdateContact', 'contact', Contact, 'The contact after the mutation.'),
  resolve: async (input, context) => ({ contact: await updateContact(context, input) }),
});

mutation('deleteContact', {
  description:
    'Deletes a contact. A cleared row named "Deleted contact" remains, so that the authors of messages can always be named. ConflictError if the contact has conversations, unless `force` is true.',
  permission: 'write',
  input: deleteContactInput,
  payload: builder.objectRef<DeletedContact>('DeleteContactPayload').implement({
    description: 'The deleted contact.',
    fields: (t) => ({
      deletedContactId: t.exposeID('deletedContactId', { description: 'The id of the deleted contact.' }),
      pending: pendingField(t),
    }),
  }),
  resolve: (input, context) => deleteContact(context, input),
});

mutation('eraseContact', {
  description:
    'Erases a person, such as at their request: the contact with all values and aliases, also those of contacts merged into it; its conversations with their messages, notes and files; what it wrote in conversations of others; its unused uploads; prospects that are linked to no other conversation; and the text about these in the event log and in webhook deliveries. A cleared row named "Deleted contact" remains. Also takes a contact that was deleted. Nothing brings back what was erased.',
  permission: 'administer',
  audits: ['contact.erased'],
  input: eraseContactInput,
  payload: builder.objectRef<ErasedContact>('EraseContactPayload').implement({
    description: 'How much is erased, also if some of it still is.',
    fields: (t) => ({
      erasedContactId: t.exposeID('erasedContactId', {
        description: 'The id of the erased contact: of the survivor if it was merged.',
      }),
      conversationCount: t.exposeInt('conversationCount', { description: 'The number of conversations.' }),
      messageCount: t.exposeInt('messageCount', {
        description: 'The number of messages and notes in them, and of messages of the contact in others.',
      }),
      uploadCount: t.exposeInt('uploadCount', { description: 'The number of files.' }),
      prospectCount: t.exposeInt('prospectCount', { description: 'The number of prospects.' }),
      eventCount: t.exposeInt('eventCount', {
        description: 'The number of events of the conversations, which stay in the log without text.',
      }),
      deliveryCount: t.exposeInt('deliveryCount', {
        description: 'The number of webhook deliveries whose body is erased.',
      }),
      aliasCount: t.exposeInt('aliasCount', { description: 'The number of aliases.' }),
      pending: t.exposeBoolean('pending', {
        description:
          'Whether conversations or messages are still being erased, which goes on by itself. Only if there are hundreds; the contact itself is erased at once.',
      }),
    }),
  }),
  resolve: (input, context) => eraseContact(context, input),
});

mutation('mergeContacts', {
  description:
    "Merges contacts into one, the survivor. Their conversations (including those the viewer cannot see), participants and read positions become the survivor's. The survivor keeps its values; its empty fields are filled from the others in the given order, tags are combined, and metadata are merged with the survivor's taking precedence. The ids of the others, and what they were reached by (`Contact.aliases`), then lead to the survivor. ConflictError if the survivor would have several active conversations on a channel that allows one, unless `closeDuplicates` is true. Contacts that were already merged into the survivor are ignored.",
  permission: 'write',
  input: mergeContactsInput,
  payload: builder.objectRef<MergedContacts>('MergeContactsPayload').implement({
    description: 'The survivor after the merge.',
    fields: (t) => ({
      contact: t.field({
        type: Contact,
        description: 'The survivor after the merge.',
        resolve: ({ contact }) => contact,
      }),
      movedConversationCount: t.exposeInt('movedConversationCount', {
        description:
          'The number of conversations visible to the viewer that move to the survivor, also if some still do.',
      }),
      pending: pendingField(t),
    }),
  }),
  resolve: (input, context) => mergeContacts(context, input),
});

mutation('removeContactAlias', {
  description:
    'Takes away an alias of a contact, so that it no longer leads there and another contact can have it. Changes nothing if the contact has no such alias.',
  permission: 'write',
  input: removeContactAliasInput,
  payload: builder.objectRef<RemovedAlias>('RemoveContactAliasPayload').implement({
    description: 'The contact after the mutation.',
    fields: (t) => ({
      contact: t.field({
        type: Contact,
        description: 'The contact after the mutation.',
        resolve: ({ contact }) => contact,
      }),
      changed: t.exposeBoolean('changed', { description: 'False if the contact had no such alias.' }),
    }),
  }),
  resolve: (input, context) => removeContactAlias(context, input),
});
