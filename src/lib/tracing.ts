/** Facts about a span, named by OpenTelemetry's semantic conventions, or with `parley.` in front. undefined is left out. */
export type Attributes = Record<string, string | number | boolean | undefined>;

/** Something that takes time. */
export type Span = {
  /** How others continue the trace below this span, as W3C Trace Context writes it. */
  traceparent: string;
  /** What log lines name it by. */
  ids: { trace_id: string; span_id: string };
  rename: (name: string) => void;
  set: (attributes: Attributes) => void;
  /** Notes that it failed, and with what kind of error; never with a message, which may quote what people wrote. */
  fail: (type: string) => void;
  /** Further calls change nothing. */
  end: () => void;
};

export type SpanOptions = {
  kind?: 'server' | 'client' | 'consumer';
  attributes?: Attributes;
  /** When it began, in milliseconds since 1970. Default: now. */
  since?: number | undefined;
  /** What it is part of: the trace that a caller's headers name, if they do, or else none. Left out: the current span. */
  from?: NodeJS.Dict<string | string[]>;
  /** The `traceparent` of what caused it in another trace. */
  cause?: string | undefined;
};

/** Traces what the process does. */
export type Tracing = {
  /** Begins a span; null if nothing is traced. */
  begin: (name: string, options?: SpanOptions) => Span | null;
  /** Does something as a part of a span. */
  within: <T>(span: Span | null, work: () => T) => T;
  /** The span that the current code is a part of, unless it has ended. */
  current: () => Span | null;
  /** Sends what is not sent yet. */
  stop: () => Promise<void>;
};

/** Traces nothing. */
export const noTracing: Tracing = {
  begin: () => null,
  within: (_span, work) => work(),
  current: () => null,
  stop: async () => undefined,
};

/** Does something as a span of its own. */
export async function traced<T>(
  tracing: Tracing,
  name: string,
  work: () => Promise<T>,
  options?: SpanOptions,
): Promise<T> {
  const span = tracing.begin(name, options);
  if (!span) return work();
  try {
    return await tracing.within(span, work);
  } catch (error) {
    span.fail(typeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** What spans say about an error: its code if it has one, or else its class. */
export function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.constructor.name;
}
