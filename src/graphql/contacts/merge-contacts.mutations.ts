import { type MergedContacts, mergeContacts } from '../../domain/contacts/merge-contacts.action.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';
import { Contact } from './contact.type.js';

const MergeContactsInput = builder.inputType('MergeContactsInput', {
  description: 'Which contacts are the same person, and who of them stays.',
  fields: (t) => ({
    survivorId: t.id({ required: true, description: 'The contact that stays; begins with cont_.' }),
    contactIds: t.idList({ required: true, description: 'Those that are merged into it, 1 to 20.' }),
    closeDuplicates: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Where two active conversations would be on one channel that allows one: closes all but the one with the last interaction, with resolution SWITCHED; also those that the viewer may not see.',
    }),
  }),
});

addMutation('mergeContacts', {
  description:
    "Merges contacts into one. Their conversations (also those that the viewer may not see), participants and read positions become the survivor's. It keeps what it has; its empty fields are filled from the others in their order, tags are united, metadata are merged and the survivor's win. The ids of the others go on as the survivor's. ConflictError where two active conversations would be on one channel that allows one, unless closeDuplicates. Those that are merged into the survivor already change nothing.",
  permission: 'write',
  input: MergeContactsInput,
  payload: builder.objectRef<MergedContacts>('MergeContactsPayload').implement({
    description: 'The survivor as it is now.',
    fields: (t) => ({
      contact: t.field({
        type: Contact,
        description: 'The survivor as it is now.',
        resolve: ({ contact }) => contact,
      }),
      movedConversationCount: t.exposeInt('movedConversationCount', {
        description: 'How many conversations that the viewer may see moved to it.',
      }),
    }),
  }),
  resolve: (input, context) => mergeContacts(context, input),
});
