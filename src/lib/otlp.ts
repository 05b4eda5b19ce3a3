/**
 * Traces as OpenTelemetry collectors take them: OTLP over HTTP, in JSON.
 *
 * What Berth has to tell are two kinds of spans, requests and steps of operations, and it knows their beginnings and ends from
 * its own records. So nothing is instrumented, and the few lines of this format are all that is needed.
 */
export type Span = {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 of them. */
  readonly spanId: string
  readonly parentId: string | null
  readonly name: string
  readonly kind: 'internal' | 'server'
  readonly startMs: number
  readonly endMs: number
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  /** What went wrong, if it did. */
  readonly error: string | null
}

const kinds = { internal: 1, server: 2 } as const

/** The body of a request to `/v1/traces`. */
export function traceRequest(
  spans: readonly Span[],
  service: Readonly<Record<string, string>>,
): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf(service) },
        scopeSpans: [{ scope: { name: 'berth' }, spans: spans.map(spanOf) }],
      },
    ],
  }
}

function spanOf(span: Span): object {
  const { traceId, spanId, parentId, name, kind, attributes, error } = span
  return {
    traceId,
    spanId,
    ...(parentId === null ? {} : { parentSpanId: parentId }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: nanoseconds(span.startMs),
    endTimeUnixNano: nanoseconds(span.endMs),
    attributes: attributesOf(attributes),
    status: error === null ? {} : { code: 2, message: error },
  }
}

/** As text, because a number of so many digits is not exact in JSON. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n)
}

function attributesOf(values: Readonly<Record<string, string | number | boolean>>): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: valueOf(value) }))
}

function valueOf(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

/** Trace and parent of a `traceparent` header (W3C Trace Context), or null when it is none. */
export function traceparentOf(
  header: string | undefined,
): { readonly traceId: string; readonly parentId: string } | null {
  const [, traceId = '', parentId = ''] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/.exec(header ?? '') ?? []
  const isSaid = traceId !== '' && !/^0+$/.test(traceId) && !/^0+$/.test(parentId)
  return isSaid ? { traceId, parentId } : null
}
