import type { TestWorkspace } from '../../support/parley.js';

type Client = Pick<TestWorkspace, 'post'>;

/** The head of the log as the client sees it. */
export async function headOf({ post }: Client): Promise<string> {
  const { data } = (await post<{ eventCursor: string }>('{ eventCursor }')).body;
  if (!data) throw new Error('There is no head.');
  return data.eventCursor;
}

type Events = { events: { nodes: { cursor: string; type: string }[] } };

/** The events after a cursor, at most 100; all that there are if it is left out. */
export async function eventsAfter({ post }: Client, after?: string): Promise<Events['events']['nodes']> {
  const query = 'query ($after: String) { events(first: 100, after: $after) { nodes { cursor type } } }';
  const { body } = await post<Events>(query, { after });
  if (!body.data) throw new Error(JSON.stringify(body.errors));
  return body.data.events.nodes;
}

/** The cursor of the oldest event. */
export async function logStart(client: Client): Promise<string> {
  const [first] = await eventsAfter(client);
  if (!first) throw new Error('The log is empty.');
  return first.cursor;
}
