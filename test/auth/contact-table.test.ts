import { isObjectType } from 'graphql';
import { expect, it } from 'vitest';
import { seenByContacts, seenOfOtherContacts, standIns } from '../../src/graphql/contact-fields.js';
import { isSeenByContacts, isStructural, standInFor } from '../../src/graphql/contact-view.js';
import { schema } from '../../src/graphql/schema.js';

const types = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter((type) => !isStructural(type));
const fieldNames = types.flatMap((type) => Object.keys(type.getFields()).map((name) => `${type.name}.${name}`));

it('the contact view names only fields of the schema, both visible and substituted', () => {
  const named = [
    ...Object.entries(seenByContacts).flatMap(([type, names]) => names.map((name) => `${type}.${name}`)),
    ...seenOfOtherContacts.map((name) => `Contact.${name}`),
    ...Object.keys(standIns),
  ];
  expect(named.length).toBeGreaterThan(90);
  expect(named.filter((name) => !fieldNames.includes(name))).toEqual([]);
});

it('every hidden field of a type that contacts can reach has a substitute value', () => {
  const hidden = types
    .filter((type) => Object.keys(type.getFields()).some((name) => isSeenByContacts(type, name)))
    .flatMap((type) => {
      const fields = Object.values(type.getFields()).filter(({ name }) => !isSeenByContacts(type, name));
      return fields.map((field) => [`${type.name}.${field.name}`, standInFor(type.name, field)] as const);
    });
  expect(hidden.length).toBeGreaterThan(25);
  expect(hidden.filter(([, standIn]) => standIn === undefined).map(([name]) => name)).toEqual([]);
});

it('fields for the team alone are hidden from contacts', () => {
  const seen = types.flatMap((type) =>
    Object.keys(type.getFields())
      .filter((name) => isSeenByContacts(type, name))
      .map((name) => `${type.name}.${name}`),
  );
  const business = /assignment|flow|tags|metadata|settings|notes|reason|prospect|transfer|Transport|\.email$|secret/i;
  expect(seen.filter((name) => business.test(name))).toEqual([
    'Contact.email',
    'ConversationRemoval.reason',
    // Of what they see, always 0.
    'Message.noteSeq',
    'NodeRemoval.reason',
  ]);
});
