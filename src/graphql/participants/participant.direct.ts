import { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.js';
import { actorJson, actorNameJson } from '../actors/actor.direct.js';
import { areBounds } from '../core/bounded-list.js';
import { directFields, inSameWorkspace, listOfRows, NotDirect, rowBelow, tableAs } from '../core/direct/rows.js';

const { sql, raw, empty } = Prisma;

const listArgs = z.object({ first: z.number(), offset: z.number(), includeLeft: z.boolean() });

directFields('Participant', {
  actor: (row, selected) => actorJson(selected, row, 'actorType', 'actorId'),
  name: (row) => actorNameJson(row, 'actorType', 'actorId'),
});

directFields('Conversation', {
  participants: (row, selected) => {
    const { includeLeft, ...bounds } = listArgs.parse(selected.args);
    if (!areBounds(bounds)) throw new NotDirect();
    const participant = rowBelow(row, 'participant');
    const present = includeLeft ? empty : sql`AND ${participant.column('leftAt')} IS NULL`;
    return listOfRows(
      selected.object('Participant', participant),
      sql`(SELECT * FROM ${tableAs('Participant', participant)}
        WHERE ${inSameWorkspace(participant, row)} AND ${participant.column('conversationId')} = ${row.column('id')} ${present}
        ORDER BY ${participant.column('joinedAt')}, ${participant.column('id')}
        LIMIT ${bounds.first} OFFSET ${bounds.offset}) ${raw(participant.alias)}`,
    );
  },
});
