import { z } from 'zod';
import { externalId } from '../../lib/validation.js';

/** Reads a ClientKey. */
export const clientKey = z.object({ bot: externalId, user: externalId, channel: externalId });

export type ClientKeyInput = z.output<typeof clientKey>;
