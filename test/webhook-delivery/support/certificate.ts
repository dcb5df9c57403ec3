import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The file of a certificate that signs itself, for the name `localhost` alone, valid until 2120. */
export const certificateFile = path.join(import.meta.dirname, 'localhost.crt');

/** The certificate with its key, which nothing but these tests uses. */
export const credentials = {
  cert: readFileSync(certificateFile),
  key: readFileSync(path.join(import.meta.dirname, 'localhost.key')),
};
