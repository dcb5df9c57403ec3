import { clientKey } from '../../domain/conversations/client-key.js';
import { inputType } from '../core/input.js';

export const ClientKey = inputType(clientKey);
