import { z } from 'zod';
import { toJson } from '../../db/client.js';
import { ProspectStatus } from '../../generated/prisma/enums.js';
import { clearable, input, nested, optional, required } from '../../lib/input.js';
import { email, enumOf, id, jsonObject, list, phone, text } from '../../lib/rules.js';

export const status = enumOf('ProspectStatus', ProspectStatus, 'a status');

const externalReference = input('ExternalReferenceInput', 'How an outside system knows a prospect.', {
  provider: required(text(255), 'The outside system.'),
  id: required(text(255), "The prospect's id in that system."),
  properties: optional(jsonObject(16), 'Any data to store with the reference.'),
});

/** The fields that creating and updating a prospect share. They are columns of the same names. */
export const prospectFields = {
  name: clearable(text(255), 'The name.'),
  email: clearable(email, 'The email address. Other prospects may have the same.'),
  phone: clearable(phone, 'The phone number. Other prospects may have the same.'),
  properties: optional(jsonObject(16), 'All of its properties: any data to store with the prospect.'),
  externalReferences: optional(
    list(nested(externalReference), 50, 'references'),
    'All of its references: how outside systems know the prospect.',
  ),
};

const table = z.object(prospectFields);

/** The columns to write for these fields. Fields that are left out stay undefined. */
export function prospectColumns({ properties, externalReferences, ...fields }: z.output<typeof table>) {
  return {
    ...fields,
    properties: properties && toJson(properties),
    externalReferences: externalReferences?.map((reference) =>
      toJson({ ...reference, properties: reference.properties ?? {} }),
    ),
  };
}

export const prospectIdField = { prospectId: required(id('Prospect'), 'The prospect.') };
