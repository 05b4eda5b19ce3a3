/**
 * Values as error messages quote them.
 *
 * Clients and people compare these messages, and they quote values in the notation of Python's `repr`.
 */

const depthMax = 16

export function repr(value: unknown, depth = 0): string {
  if (depth > depthMax) return '...'
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map((each) => repr(each, depth + 1)).join(', ')}]`
  if (typeof value === 'object') {
    const entries = Object.entries(value)
    return `{${entries.map(([key, each]) => `${quoted(key)}: ${repr(each, depth + 1)}`).join(', ')}}`
  }
  return JSON.stringify(value)
}

/** As `str` shows it: text is bare, everything else as above. */
export function str(value: unknown): string {
  return typeof value === 'string' ? value : repr(value)
}

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(
      /[\u0000-\u001f\u007f]/g,
      (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark
}
