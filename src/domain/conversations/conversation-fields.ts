import { z } from 'zod';
import { ConversationStatus, Priority, Resolution } from '../../generated/prisma/enums.js';

export const status = z.enum(ConversationStatus, 'Must be a status; null is not allowed here.');
export const priority = z.enum(Priority, 'Must be a priority; null is not allowed here.');
export const resolution = z.enum(Resolution, 'Must be a resolution; null is not allowed here.');
