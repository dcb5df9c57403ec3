import type { SessionTokens } from '../auth/session-token.js';
import { workspaceViewer } from '../auth/workspace-viewer.js';
import type { Config } from '../config.js';
import type { UrlPolicy } from '../domain/webhooks/endpoint-url.js';
import type { Context } from '../graphql/core/context.js';
import type { CursorCodec } from '../lib/cursor-codec.js';
import type { Live } from '../live/live.js';
import type { Application } from '../unit-of-work/transaction.js';
import type { Service } from '../worker/job.js';
import { deliverWebhooks } from './deliver-webhooks.service.js';
import { type Resolve, resolveByDns, resolveBySystem } from './resolve.js';
import { createSender } from './send.js';

export type WebhooksOptions = {
  application: Application;
  cursors: CursorCodec;
  tokens: SessionTokens;
  live: Live;
  resolve: Resolve | undefined;
  pollMs: number;
};

/** Where the configuration lets webhooks go. */
export function urlPolicy({ mode, webhookAllowPrivate }: Pick<Config, 'mode' | 'webhookAllowPrivate'>): UrlPolicy {
  return { httpsOnly: mode === 'production', allowPrivate: webhookAllowPrivate };
}

/** The delivery of webhooks, as the configuration has it. */
export function webhooksOf(config: Config, options: WebhooksOptions): Service {
  const { application, cursors, tokens, live, pollMs } = options;
  const policy = urlPolicy(config);
  const { resolve = policy.allowPrivate ? resolveBySystem : resolveByDns } = options;
  const contextFor = (workspaceId: string): Context => ({
    ...application,
    viewer: workspaceViewer(workspaceId),
    cursors,
    tokens,
    live,
    session: null,
    publicUrl: noAddress,
    webhookPolicy: policy,
    requestId: 'webhooks',
  });
  return deliverWebhooks({ send: createSender({ policy, resolve }), contextFor, pollMs });
}

/** A worker alone listens to no clients, and what is sent is kept, whereas addresses of files end. */
function noAddress(): never {
  throw new Error('Webhooks hold no addresses of this server: WebhookData.graphql must not ask for any.');
}
