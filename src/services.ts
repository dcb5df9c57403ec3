import type { Logger } from 'pino';
import type { SessionTokens } from './auth/session-token.js';
import type { Config } from './config.js';
import type { UrlPolicy } from './domain/webhooks/endpoint-url.js';
import type { Uploads } from './file-storage/store.js';
import type { CursorCodec } from './lib/cursor-codec.js';
import type { SecretBox } from './lib/secret-box.js';
import type { Tracing } from './lib/tracing.js';
import type { Live } from './live/live.js';
import type { Metrics } from './metrics/metrics.js';
import type { WriteServices } from './unit-of-work/transaction.js';

/**
 * Everything that lives as long as the process, made once in `app.ts`. Code below the GraphQL layer declares the few it
 * needs; code above it takes `Services` or a `Pick` of them.
 */
export type Services = WriteServices & {
  config: Config;
  uploads: Uploads;
  cursors: CursorCodec;
  tokens: SessionTokens;
  live: Live;
  metrics: Metrics;
  log: Logger;
  tracing: Tracing;
  /** Encrypts secrets before they are stored. */
  secretBox: SecretBox;
  /** Which URLs webhook endpoints may have. */
  webhookPolicy: UrlPolicy;
  /** The address clients use to reach the server, without a trailing slash. Throws before the server listens. */
  publicUrl: () => string;
};
