import { z } from 'zod';
import { toJson } from '../../db/json.js';
import { ProspectStatus } from '../../generated/prisma/enums.js';
import { email, jsonObject, phone, text } from '../../lib/validation.js';

const externalReference = z.object({
  provider: text(255),
  id: text(255),
  properties: jsonObject(16).default({}),
});

/** What a prospect's inputs may hold. */
export const prospectFields = z.object({
  name: text(255).optional(),
  email: email.optional(),
  phone: phone.optional(),
  status: z.enum(ProspectStatus, 'Must be a status; null is not allowed here.').optional(),
  properties: jsonObject(16).optional(),
  externalReferences: z
    .array(externalReference, 'Must be a list of references; null is not allowed here.')
    .max(50, 'Must have at most 50 references.')
    .optional(),
});

/** The columns that these fields are kept in; those left out stay out. */
export function prospectColumns({ properties, externalReferences, ...fields }: z.output<typeof prospectFields>) {
  return {
    ...fields,
    properties: properties && toJson(properties),
    externalReferences: externalReferences?.map((reference) => toJson(reference)),
  };
}
