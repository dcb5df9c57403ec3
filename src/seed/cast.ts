import type { ChannelType, UserRole } from '../generated/prisma/enums.js';

export type SeedUser = { name: string; role: UserRole };
export type SeedBot = { name: string; externalId: string };
export type SeedChannel = {
  name: string;
  type: ChannelType;
  externalId: string;
  allowMany: boolean;
  reopenWithinSeconds: number | null;
  /** Approximate percentage of conversations on this channel. */
  share: number;
};

/** The team. A small data set takes only as many as it needs, from the beginning of the list. */
export const users: SeedUser[] = [
  { name: 'Amara Okafor', role: 'OWNER' },
  { name: 'Lena Hartmann', role: 'ADMIN' },
  { name: 'Diego Navarro', role: 'AGENT' },
  { name: 'Priya Menon', role: 'AGENT' },
  { name: 'Samuel Whitfield', role: 'READ_ONLY' },
  { name: 'Camille Besson', role: 'AGENT' },
  { name: 'Kenji Mori', role: 'AGENT' },
  { name: 'Zofia Mazur', role: 'AGENT' },
  { name: 'Omar Haddad', role: 'AGENT' },
  { name: 'Beatriz Moreira', role: 'AGENT' },
  { name: 'Elif Aydin', role: 'AGENT' },
  { name: 'Wanjiru Kimani', role: 'AGENT' },
  { name: 'Minh Tran', role: 'AGENT' },
  { name: 'Giulia Rinaldi', role: 'AGENT' },
  { name: 'Oliver Prescott', role: 'AGENT' },
  { name: 'Ingrid Dahl', role: 'ADMIN' },
  { name: 'Tunde Adeyemi', role: 'AGENT' },
  { name: 'Chloe Brooks', role: 'AGENT' },
  { name: 'Rohan Desai', role: 'AGENT' },
  { name: 'Nadia Fares', role: 'AGENT' },
];

export const bots: SeedBot[] = [
  { name: 'Pip', externalId: 'pip' },
  { name: 'Order Desk', externalId: 'order-desk' },
  { name: 'Night Shift', externalId: 'night-shift' },
  { name: 'Scribe', externalId: 'scribe' },
];

const DAY = 86_400;

export const channels: SeedChannel[] = [
  { name: 'WhatsApp', type: 'WHATSAPP', externalId: 'whatsapp', allowMany: false, reopenWithinSeconds: DAY, share: 28 },
  {
    name: 'Website chat',
    type: 'WEBCHAT',
    externalId: 'webchat',
    allowMany: false,
    reopenWithinSeconds: 3600,
    share: 20,
  },
  { name: 'Support inbox', type: 'EMAIL', externalId: 'email', allowMany: true, reopenWithinSeconds: null, share: 20 },
  { name: 'Text messages', type: 'SMS', externalId: 'sms', allowMany: false, reopenWithinSeconds: null, share: 7 },
  {
    name: 'Instagram',
    type: 'INSTAGRAM',
    externalId: 'instagram',
    allowMany: false,
    reopenWithinSeconds: DAY,
    share: 8,
  },
  { name: 'Telegram', type: 'TELEGRAM', externalId: 'telegram', allowMany: false, reopenWithinSeconds: null, share: 5 },
  { name: 'Facebook', type: 'FACEBOOK', externalId: 'facebook', allowMany: false, reopenWithinSeconds: DAY, share: 5 },
  { name: 'Hotline', type: 'VOICE', externalId: 'voice', allowMany: true, reopenWithinSeconds: null, share: 3 },
  { name: 'RCS', type: 'RCS', externalId: 'rcs', allowMany: false, reopenWithinSeconds: null, share: 2 },
  { name: 'Partner portal', type: 'API', externalId: 'partners', allowMany: true, reopenWithinSeconds: null, share: 2 },
];

export const products: string[] = [
  'Aldine kettle',
  'Birch desk lamp',
  'Corvo headphones',
  'Dune backpack',
  'Ember coffee grinder',
  'Fjord rain jacket',
  'Gable bookshelf',
  'Halden office chair',
  'Isla air purifier',
  'Juniper toaster',
];

export const cities: string[] = [
  'Leeds',
  'Hamburg',
  'Lyon',
  'Valencia',
  'Porto',
  'Bologna',
  'Kraków',
  'İzmir',
  'Osaka',
  'Lagos',
  'Nairobi',
  'Pune',
  'Đà Nẵng',
  'Portland',
  'Montréal',
];
