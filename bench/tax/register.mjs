// node --import ./bench/tax/register.mjs dist/main.js    starts the server without what WITHOUT names, such as "record,cost"
import { register } from 'node:module';

register('./switch-off.mjs', import.meta.url);
