import { actorOf } from '../../lib/actor-ref.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { builder } from '../core/builder.js';
import { ApiKey } from './api-key.type.js';

builder.objectField(ApiKey, 'createdBy', (t) =>
  t.field({
    type: Actor,
    nullable: true,
    description:
      'The user or API key that created the key; null if an operator created it on the command line, or if it is older than this field. A key works only while its creator does: not after the key that created it was revoked or has expired, nor while the user who created it is deactivated or has a role that could not create it.',
    resolve: ({ createdByType, createdById }, _args, context) =>
      createdByType && createdById ? loadActor(context, actorOf(createdByType, createdById)) : null,
  }),
);
