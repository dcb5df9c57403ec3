import { randomUUID } from 'node:crypto';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import type { Logger } from 'pino';
import { reasonOf } from '../lib/logger.js';

/**
 * Has OpenTelemetry's SDK warn in the log. Returns what spans and metrics say of the process: its id tells processes of
 * the same name apart, whose counters would be taken for one otherwise.
 */
export function openSdk({ version, log }: { version: string; log: Logger }): Resource {
  const warnOf = (error: unknown) => log.warn({ reason: reasonOf(error) }, 'OpenTelemetry');
  const warn = (message: string) => warnOf(new Error(message));
  const silent = () => undefined;
  diag.setLogger({ error: warn, warn, info: silent, debug: silent, verbose: silent }, DiagLogLevel.WARN);
  // Its own handler writes an error as JSON with its stack, of which the log would show nothing.
  setGlobalErrorHandler(warnOf);
  const own = { 'service.name': 'parley', 'service.version': version, 'service.instance.id': randomUUID() };
  return defaultResource()
    .merge(resourceFromAttributes(own))
    .merge(detectResources({ detectors: [envDetector] }));
}
