/**
 * Values as error messages quote them: in the notation of Python's `repr`, which clients and people compare. A long value is
 * cut, because it comes from whoever sent the request.
 */

const lengthMax = 500

export function quoted(value: unknown): string {
  const text = repr(value, 0)
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}...` : text
}

function repr(value: unknown, depth: number): string {
  if (depth > 8) return '...'
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'string') return ofText(value)
  if (Array.isArray(value))
    return `[${value
      .slice(0, 50)
      .map((each) => repr(each, depth + 1))
      .join(', ')}]`
  if (typeof value === 'object') {
    const entries = Object.entries(value).slice(0, 50)
    return `{${entries.map(([key, each]) => `${ofText(key)}: ${repr(each, depth + 1)}`).join(', ')}}`
  }
  // What is left of JSON is numbers.
  return JSON.stringify(value)
}

function ofText(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark
}
