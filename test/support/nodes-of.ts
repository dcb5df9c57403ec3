/** The rows of a page; throws if there is no page, as in a conversation that the caller does not see. */
export function nodesOf<Node>(connection: { edges: { node: Node }[] } | null | undefined): Node[] {
  if (!connection) throw new Error('There is no page.');
  return connection.edges.map(({ node }) => node);
}
