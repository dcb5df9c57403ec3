import { brandWithType } from '@pothos/core';
import type { AssigneeRef } from '../../domain/conversations/assignee.js';
import { type ActorRef, type SystemRef, systemId } from '../../lib/actor-ref.js';
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
  description: 'The server itself: a timer, a rule; the author of system messages.',
  interfaces: [Actor],
});
brandWithType(theSystem, System);

/** A user or a bot, to whom a conversation can be assigned. */
export const Assignee = builder.unionType('Assignee', {
  description: 'To whom a conversation can be assigned.',
  types: [User, Bot],
});

/** The row of an actor, marked with its GraphQL type. Actors are never deleted, so that there always is one. */
export async function loadActor(context: Context, actor: ActorRef | SystemRef) {
  const row = await loadRow(context, actor);
  if (row) return row;
  throw new Error(`There is no row of the ${actor.type} ${actor.id}.`);
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

/** The user or bot that a conversation is assigned to. */
export async function loadAssignee(context: Context, actor: AssigneeRef) {
  if (actor.type === 'USER') {
    const user = await usersById(context).load(actor.id);
    return user && User.addBrand(user);
  }
  const bot = await botsById(context).load(actor.id);
  return bot && Bot.addBrand(bot);
}
