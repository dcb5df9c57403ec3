import { directRoots } from '../core/direct/answer.js';
import { eventCursor } from './event.queries.js';

directRoots({
  eventCursor: () => (context) => async () => JSON.stringify(await eventCursor(context)),
});
