import { clearable, input, optional, type Parsed } from '../../lib/input.js';
import { email, externalId, metadata, phone, tags, text, url } from '../../lib/rules.js';

const identityFields = {
  phone: clearable(phone, 'The phone number. Unique in the workspace.'),
  email: clearable(email, 'The email address. Unique in the workspace.'),
  externalId: clearable(externalId, 'The id an outside system knows the contact by. Unique in the workspace.'),
  avatarUrl: clearable(url, 'A picture.'),
};

/** The fields that creating and updating a contact share. They are columns of the same names. */
export const contactFields = { ...identityFields, tags: optional(tags, 'All of its tags.') };

/** A contact as a new conversation names it. */
export const contactDetails = input(
  'ContactDetailsInput',
  'A contact by phone number or email address; one of them is required. An existing contact that has it is used, and its empty fields are filled in.',
  {
    ...identityFields,
    name: optional(text(255), "The contact's name. Default: the phone number, email address or externalId."),
    metadata: optional(metadata, 'Any data to store with the contact.'),
  },
  {
    check: ({ phone, email }, refuse) => {
      if (phone == null && email == null) refuse('phone', 'Give phone or email.');
    },
  },
);

export type ContactDetails = Parsed<typeof contactDetails>;
