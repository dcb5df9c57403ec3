import { z } from 'zod';
import { email, externalId, metadata, phone, text, url } from '../../lib/validation.js';

/** Reads a ContactDetailsInput. */
export const contactDetails = z
  .object({
    phone: phone.optional(),
    email: email.optional(),
    name: text(255).optional(),
    avatarUrl: url.optional(),
    externalId: externalId.optional(),
    metadata: metadata.optional(),
  })
  .refine(({ phone, email }) => phone !== undefined || email !== undefined, {
    path: ['phone'],
    message: 'Give phone or email.',
  });

export type ContactDetails = z.output<typeof contactDetails>;
