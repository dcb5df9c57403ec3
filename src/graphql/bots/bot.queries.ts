import type { Bot as BotRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import { byId, listRows } from '../core/list-field.js';
import { Bot } from './bot.type.js';

const BotConnection = connectionType('Bot', Bot, 'bots');

builder.queryField('bots', (t) =>
  t.field({
    type: BotConnection,
    complexity: pageComplexity(rowWeight.plain),
    description: 'The bots of the workspace, oldest first, including deactivated ones.',
    args: pageArgs(t.arg),
    resolve: (_root, args, context) => listRows(context, args, { table: 'Bot', ordering: byId<BotRow>('bots') }),
  }),
);
