/**
 * Reading a body as JSON, without trusting it.
 *
 * `JSON.parse` itself does not mind depth, but whoever walks the value afterwards recurses; so depth is bounded before
 * parsing, by counting brackets in the bytes.
 */
import type { Json, JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'

/** Deeper than any body that an API of ours describes. */
const depthMax = 64

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @throws `invalid` when it is not UTF-8, not JSON, or nested too deeply. */
export function parseJson(body: Buffer): Json {
  if (isTooDeep(body)) throw problem('invalid', 'The JSON in the request body is nested too deeply')
  try {
    // What JSON.parse returns is Json by definition; TypeScript calls it any.
    return JSON.parse(utf8.decode(body)) as Json
  } catch (thrown) {
    throw problem('invalid', 'The request body is not valid JSON', {}, { cause: thrown })
  }
}

/** @throws `invalid` also when it is an array or a bare value. */
export function parseJsonObject(body: Buffer): JsonObject {
  const value = parseJson(body)
  if (!isJsonObject(value)) throw problem('invalid', 'The request body must be a JSON object')
  return value
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const quote = 0x22
const backslash = 0x5c

function isTooDeep(body: Buffer): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < body.length; i += 1) {
    const byte = body[i]
    if (inString) {
      if (byte === backslash) i += 1
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1
      if (depth > depthMax) return true
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1
  }
  return false
}
