/**
 * When something happens in a conversation, as an SQL expression of a place on its line: message 1 stands at 0, message
 * s between s − 1 and s − 0.5, and what happens after it and before the next one in the rest, in the order of the
 * fractions.
 */
const afterMessage = (seq: string, fraction: number) => `(${seq}) - 1 + ${fraction}`;

export type Moment = {
  name: string;
  /** Whether it happens. */
  when: string;
  place: string;
  /** Whether it is a change that raises version and updatedAt. */
  change: boolean;
};

/** All moments of a conversation but its messages, as expressions over the columns of the plan. */
export const moments: Moment[] = [
  { name: 'bot_assigned', when: 'bot_takes_it', place: afterMessage('1', 0.52), change: true },
  {
    name: 'assigned',
    when: 'handover IS NOT NULL',
    place: `CASE WHEN handover = 1 THEN 0 ELSE ${afterMessage('handover - 1', 0.7)} END`,
    change: true,
  },
  {
    name: 'transferred',
    when: 'transfer IS NOT NULL',
    place: afterMessage('transfer - 1', 0.7),
    change: true,
  },
  { name: 'left', when: 'transfer IS NOT NULL AND leaves', place: afterMessage('transfer - 1', 0.74), change: false },
  { name: 'raised', when: 'is_raised', place: afterMessage('handover', 0.76), change: true },
  { name: 'shut', when: 'reopening IS NOT NULL', place: afterMessage('reopening', 0.6), change: true },
  { name: 'reopened', when: 'reopening IS NOT NULL', place: afterMessage('reopening', 0.8), change: true },
  { name: 'agent_read', when: 'agent_reads', place: afterMessage('m', 0.6), change: false },
  { name: 'customer_read', when: 'customer_reads', place: afterMessage('m', 0.65), change: false },
  { name: 'pending', when: "status = 'PENDING'", place: afterMessage('m', 0.8), change: true },
  { name: 'snoozed', when: "status = 'SNOOZED'", place: afterMessage('m', 0.85), change: true },
  { name: 'closed', when: "status = 'CLOSED'", place: afterMessage('m', 0.9), change: true },
];

/** The time of a place on the line of a conversation: people answer at once at first, and slower later. */
export function timeAt(place: string): string {
  return `date_trunc('milliseconds', created_at + seconds * power((${place})::float8 / m, 1.6) * interval '1 second')`;
}
