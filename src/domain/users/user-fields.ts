import { z } from 'zod';
import { UserRole } from '../../generated/prisma/enums.js';

export const role = z.enum(UserRole, 'Must be a role; null is not allowed here.');
