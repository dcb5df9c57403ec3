/** As the design writes the lifecycle down, apart from the program's own table. */
export const legalMoves = [
  'OPEN→PENDING',
  'PENDING→OPEN',
  'OPEN→SNOOZED',
  'PENDING→SNOOZED',
  'SNOOZED→SNOOZED',
  'SNOOZED→OPEN',
  'OPEN→CLOSED',
  'PENDING→CLOSED',
  'SNOOZED→CLOSED',
  'CLOSED→OPEN',
];

export const statuses = ['OPEN', 'PENDING', 'SNOOZED', 'CLOSED'] as const;

export type Status = (typeof statuses)[number];
