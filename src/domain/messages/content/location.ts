import { z } from 'zod';
import { text } from '../../../lib/validation.js';

/** From minus to plus this many degrees. */
const degrees = (max: number) => {
  const message = `Must be a number from -${max} to ${max}.`;
  return z.number(message).min(-max, message).max(max, message);
};

/** A place on Earth, in degrees. */
export const locationContent = z.looseObject({
  latitude: degrees(90),
  longitude: degrees(180),
  name: text(255).optional(),
  address: text(1000).optional(),
});
