/**
 * A position in the timeline of a conversation, as an SQL expression. Message 1 is at 0, and message s between s − 1
 * and s − 0.5. What happens between a message and the next one follows in the rest of its interval, ordered by
 * fraction.
 */
const afterMessage = (seq: string, fraction: number) => `(${seq}) - 1 + ${fraction}`;

export type Moment = {
  name: string;
  /** Whether it happens. */
  when: string;
  position: string;
  /** Whether it is a change that advances version and updatedAt. */
  change: boolean;
};

/** All moments of a conversation except its messages, as expressions over the columns of the plan. */
export const moments: Moment[] = [
  { name: 'bot_assigned', when: 'bot_takes_it', position: afterMessage('1', 0.52), change: true },
  {
    name: 'assigned',
    when: 'handover IS NOT NULL',
    position: `CASE WHEN handover = 1 THEN 0 ELSE ${afterMessage('handover - 1', 0.7)} END`,
    change: true,
  },
  {
    name: 'transferred',
    when: 'transfer IS NOT NULL',
    position: afterMessage('transfer - 1', 0.7),
    change: true,
  },
  {
    name: 'left',
    when: 'transfer IS NOT NULL AND leaves',
    position: afterMessage('transfer - 1', 0.74),
    change: false,
  },
  { name: 'raised', when: 'is_raised', position: afterMessage('handover', 0.76), change: true },
  { name: 'shut', when: 'reopening IS NOT NULL', position: afterMessage('reopening', 0.6), change: true },
  { name: 'reopened', when: 'reopening IS NOT NULL', position: afterMessage('reopening', 0.8), change: true },
  { name: 'agent_read', when: 'agent_reads', position: afterMessage('m', 0.6), change: false },
  { name: 'customer_read', when: 'customer_reads', position: afterMessage('m', 0.65), change: false },
  { name: 'pending', when: "status = 'PENDING'", position: afterMessage('m', 0.8), change: true },
  { name: 'snoozed', when: "status = 'SNOOZED'", position: afterMessage('m', 0.85), change: true },
  { name: 'closed', when: "status = 'CLOSED'", position: afterMessage('m', 0.9), change: true },
];

/** The time of a position in a conversation's timeline. People answer quickly at first, and more slowly later. */
export function timeAt(position: string): string {
  return `date_trunc('milliseconds', created_at + seconds * power((${position})::float8 / m, 1.6) * interval '1 second')`;
}
