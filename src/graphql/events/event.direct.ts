import { directRoots } from '../core/direct/answer.js';
import { pageArgs, planWrittenPage, typesOfPage } from '../core/direct/page.js';
import { NotDirect } from '../core/direct/rows.js';
import { eventCursor, readLog } from './event.queries.js';
import { writesSelected } from './event-text.js';

const listArgs = pageArgs.pick({ first: true, after: true });

directRoots({
  eventCursor: () => (context) => async () => JSON.stringify(await eventCursor(context)),
  events: (selected) => {
    const { node, write } = planWrittenPage(selected, typesOfPage('ConversationEvent'));
    const writeEvent = writesSelected(node);
    return (context, args) => async () => {
      const { edges, ...page } = await readLog(context, listArgs.parse(args));
      const written = edges.map(({ node: event, cursor }) => {
        const json = writeEvent(event, cursor());
        if (json === null) throw new NotDirect();
        return { node: { json }, cursor };
      });
      return write({ ...page, edges: written });
    };
  },
});
