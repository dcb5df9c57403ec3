import { builder } from '../core/builder.js';

export const ContactDetailsInput = builder.inputType('ContactDetailsInput', {
  description:
    'phone (E.164) or email is required; a contact that already has it is used again, its empty fields filled.',
  fields: (t) => ({
    phone: t.string({ description: 'In E.164, such as +4930123456.' }),
    email: t.string({ description: 'Kept in lower case.' }),
    name: t.string({ description: 'At most 255 characters; left out: phone, e-mail address or externalId.' }),
    avatarUrl: t.string({ description: 'A picture: an http or https address.' }),
    externalId: t.string({ description: 'The name an outside engine knows the contact by, at most 255 characters.' }),
    metadata: t.field({ type: 'JSONObject', description: 'At most 16 KB.' }),
  }),
});
