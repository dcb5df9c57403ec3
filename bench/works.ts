import type { Work } from './harness/bench.js';
import { comeBack } from './works/come-back.js';
import { fanOuts } from './works/fan-out.js';
import { growth } from './works/growth.js';
import { idle } from './works/idle.js';
import { inboxes } from './works/inbox.js';
import { oneRow } from './works/one-row.js';
import { page } from './works/page.js';
import { resume } from './works/resume.js';
import { search } from './works/search.js';
import { send } from './works/send.js';
import { tax } from './works/tax.js';
import { views } from './works/views.js';
import { wal } from './works/wal.js';

/** In this order, because the later ones change the database. */
export const works: Work[] = [
  ...inboxes,
  tax,
  page,
  oneRow,
  search,
  send,
  ...fanOuts,
  views,
  idle,
  resume,
  comeBack,
  wal,
  growth,
];
