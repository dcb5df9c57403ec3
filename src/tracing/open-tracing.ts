import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type AttributeValue,
  type Context,
  defaultTextMapGetter,
  type Link,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent, W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, ConsoleSpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Attributes, Span, SpanOptions, Tracing } from '../lib/tracing.js';

/** Where spans go. */
export type SpanDestination = 'console' | 'http/protobuf' | 'http/json';

type TracingOptions = { version: string; resource: Resource };

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER };
const propagator = new W3CTraceContextPropagator();

/** Traces with OpenTelemetry's SDK, which reads the other variables itself: the sampler, batches, the exporter. */
export async function openTracing(
  destination: SpanDestination,
  { version, resource }: TracingOptions,
): Promise<Tracing> {
  const provider = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(await exporterOf(destination))],
  });
  const tracer = provider.getTracer('parley', version);
  const storage = new AsyncLocalStorage<OpenSpan>();
  const running = () => {
    const span = storage.getStore();
    return span?.isOpen() ? span : undefined;
  };

  return {
    begin: (name, { kind, attributes = {}, since, from, cause } = {}) => {
      const parent = from ? parentIn(from) : contextOf(running());
      const links = linksTo(cause);
      const options = {
        attributes: given(attributes),
        links,
        ...(kind && { kind: kinds[kind] }),
        ...(since !== undefined && { startTime: since }),
      };
      return openSpan(tracer.startSpan(name, options, parent));
    },
    within: (span, work) => (isOpenSpan(span) ? storage.run(span, work) : work()),
    current: () => running() ?? null,
    // Spans that cannot be exported are lost then too, and are no reason for the process to fail; the log tells of them.
    stop: () => provider.shutdown().catch(() => undefined),
  };
}

async function exporterOf(destination: SpanDestination) {
  if (destination === 'console') return new ConsoleSpanExporter();
  const { OTLPTraceExporter } =
    destination === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter();
}

type OpenSpan = Span & { inner: OtelSpan; isOpen: () => boolean };

function isOpenSpan(span: Span | null): span is OpenSpan {
  return span !== null && 'inner' in span;
}

function openSpan(inner: OtelSpan): OpenSpan {
  const { traceId, spanId, traceFlags } = inner.spanContext();
  let open = true;
  return {
    inner,
    isOpen: () => open,
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    ids: { trace_id: traceId, span_id: spanId },
    // What is told of a span that has ended is lost, and the SDK would warn of it.
    rename: (name) => {
      if (open) inner.updateName(name);
    },
    set: (attributes) => {
      if (open) inner.setAttributes(given(attributes));
    },
    fail: (type) => {
      if (!open) return;
      inner.setStatus({ code: SpanStatusCode.ERROR });
      inner.setAttribute('error.type', type);
    },
    end: () => {
      if (open) inner.end();
      open = false;
    },
  };
}

function given(attributes: Attributes): Record<string, AttributeValue> {
  const values: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) values[name] = value;
  return values;
}

function parentIn(headers: NonNullable<SpanOptions['from']>): Context {
  return propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
}

function contextOf(span: OpenSpan | undefined): Context {
  return span ? trace.setSpan(ROOT_CONTEXT, span.inner) : ROOT_CONTEXT;
}

function linksTo(traceparent: string | undefined): Link[] {
  const context = traceparent === undefined ? null : parseTraceParent(traceparent);
  return context ? [{ context }] : [];
}
