// npm run soak    honest agents beside attackers for 10 minutes; -- --seconds 60 for another time
// Exits with 1 if an honest request fails, an event is lost or memory grows.
import { parseArgs } from 'node:util';
import { attack } from './soak/attackers.js';
import { soak } from './soak/soak.js';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, attack: { type: 'boolean', default: false } },
});

if (values.attack) attack();
else process.exit((await soak(Number(values.seconds))) ? 0 : 1);
