// npm run soak                   honest agents beside attackers for 10 minutes; -- --seconds 60 for another time
// npm run soak -- --overload     three times the requests that the server carries, for 30 seconds
// Exits with 1 if an honest request fails, an event is lost or memory grows, or if those that are accepted take too long.
import { parseArgs } from 'node:util';
import { attack } from './soak/attackers.js';
import { overload } from './soak/overload.js';
import { soak } from './soak/soak.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    overload: { type: 'boolean', default: false },
    attack: { type: 'boolean', default: false },
  },
});

async function run(): Promise<boolean> {
  return values.overload ? overload(Number(values.seconds ?? 30)) : soak(Number(values.seconds ?? 600));
}

if (values.attack) attack();
else process.exit((await run()) ? 0 : 1);
