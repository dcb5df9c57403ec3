import type { WebhookEndpoint as WebhookEndpointRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import { byId, listRows } from '../core/list-field.js';
import { WebhookEndpoint } from './webhook-endpoint.type.js';

const WebhookEndpointConnection = connectionType('WebhookEndpoint', WebhookEndpoint, 'webhook endpoints');

builder.queryField('webhookEndpoints', (t) =>
  t.field({
    type: WebhookEndpointConnection,
    complexity: pageComplexity(rowWeight.plain),
    authScopes: { administer: true },
    description: 'The webhook endpoints of the workspace, oldest first, including deactivated ones.',
    args: pageArgs(t.arg),
    resolve: (_root, args, context) =>
      listRows(context, args, {
        table: 'WebhookEndpoint',
        ordering: byId<WebhookEndpointRow>('webhookEndpoints'),
      }),
  }),
);
