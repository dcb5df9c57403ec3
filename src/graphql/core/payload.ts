import { builder, type ObjectRef, type Types } from './builder.js';

/** The payload of a mutation that returns one row, in a field of the given name. */
export function payload<Key extends string, Row>(
  mutationName: string,
  key: Key,
  type: ObjectRef<Row>,
  description: string,
): ObjectRef<Record<Key, Row>> {
  const row: ObjectRef<unknown> = type;
  return builder.objectRef<Record<Key, Row>>(`${mutationName}Payload`).implement({
    description,
    fields: (t) => ({ [key]: t.field({ type: row, description, resolve: (result) => result[key] }) }),
  });
}

/** The field `pending` of a mutation that may change very many conversations. */
export const pendingField = (t: PothosSchemaTypes.ObjectFieldBuilder<Types, { pending: boolean }>) =>
  t.exposeBoolean('pending', {
    description:
      'Whether conversations are still being changed, which goes on by itself. Only if there are thousands; counts are of those changed so far.',
  });

/** The payload of a mutation that deletes one row: its public id, in a field of the given name. */
export function deletedPayload<Key extends string>(
  mutationName: string,
  key: Key,
  description: string,
): ObjectRef<Record<Key, string>> {
  return builder.objectRef<Record<Key, string>>(`${mutationName}Payload`).implement({
    description,
    fields: (t) => ({ [key]: t.id({ description, resolve: (result) => result[key] }) }),
  });
}
