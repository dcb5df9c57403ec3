import { directRoots } from '../core/direct/answer.js';
import { eventCursor } from './event.queries.js';

directRoots({
  eventCursor: () => async (context) => JSON.stringify(await eventCursor(context)),
});
