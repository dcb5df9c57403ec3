/** What moves read positions, in the order in which it happened. */
export type Fact =
  | { kind: 'message'; by: string; inbound: boolean }
  /** Read up to this message. */
  | { kind: 'read'; by: string; seq: number }
  /** Deleted by the workspace's key, which reads nothing by it. */
  | { kind: 'deletion'; seq: number };

/** A plain model of read positions: it keeps all that was said and counts. */
export function readingAfter(facts: readonly Fact[], customers: readonly string[]) {
  const said: (boolean | null)[] = [];
  const positions = new Map<string, number>();
  for (const fact of facts) {
    if (fact.kind === 'deletion') {
      said[fact.seq - 1] = null;
      continue;
    }
    if (fact.kind === 'message') said.push(fact.inbound);
    const reached = fact.kind === 'message' ? said.length : fact.seq;
    positions.set(fact.by, Math.max(positions.get(fact.by) ?? 0, reached));
  }
  const position = (actor: string) => positions.get(actor) ?? 0;
  const team = Math.max(0, ...[...positions].filter(([actor]) => !customers.includes(actor)).map(([, seq]) => seq));
  const count = (inbound: boolean, after: number) => said.slice(after).filter((value) => value === inbound).length;
  return {
    messageCount: said.length,
    /** The newest message that is not deleted; 0 for none. */
    lastSeq: said.findLastIndex((value) => value !== null) + 1,
    position,
    /** What an actor has not read by its own position. */
    unread: (actor: string) => count(!customers.includes(actor), position(actor)),
    /** What nobody of the team has read. */
    unreadByTeam: count(true, team),
  };
}
