import { brandWithType } from '@pothos/core';
import { type ActorRef, type AssigneeRef, type SystemRef, systemId } from '../../lib/actor-ref.js';
import { apiKeysById } from '../api-keys/api-key.loader.js';
import { brandApiKey } from '../api-keys/api-key.type.js';
import { botsById } from '../bots/bot.loader.js';
import { Bot } from '../bots/bot.type.js';
import { contactsById } from '../contacts/contact.loader.js';
import { Contact } from '../contacts/contact.type.js';
import { builder } from '../core/builder.js';
import type { Context } from '../core/context.js';
import { usersById } from '../users/user.loader.js';
import { User } from '../users/user.type.js';
import { Actor } from './actor-interface.js';

const theSystem = { id: systemId, name: 'System' };

const System = builder.objectRef<typeof theSystem>('System').implement({
  description: 'The server itself, when a timer or a rule acts; also the author of system messages.',
  interfaces: [Actor],
});
brandWithType(theSystem, System);

export const Assignee = builder.unionType('Assignee', {
  description: 'A user or bot, to whom conversations can be assigned.',
  types: [User, Bot],
});

/** Loads the row of an actor, branded with its GraphQL type. Actors are never deleted, so the row always exists. */
export async function loadActor(context: Context, actor: ActorRef | SystemRef) {
  const row = await loadRow(context, actor);
  if (row) return row;
  throw new Error(`No row found for ${actor.type} ${actor.id}.`);
}

async function loadRow(context: Context, actor: ActorRef | SystemRef) {
  switch (actor.type) {
    case 'USER':
    case 'BOT':
      return loadAssignee(context, { type: actor.type, id: actor.id });
    case 'CONTACT': {
      const contact = await contactsById(context).load(actor.id);
      return contact && Contact.addBrand(contact);
    }
    case 'API_KEY': {
      const key = await apiKeysById(context).load(actor.id);
      return key && brandApiKey(key);
    }
    case 'SYSTEM':
      return theSystem;
  }
}

/** Loads a user or bot, branded with its GraphQL type; null if it does not exist. */
export async function loadAssignee(context: Context, actor: AssigneeRef) {
  if (actor.type === 'USER') {
    const user = await usersById(context).load(actor.id);
    return user && User.addBrand(user);
  }
  const bot = await botsById(context).load(actor.id);
  return bot && Bot.addBrand(bot);
}
