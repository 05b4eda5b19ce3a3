/** Text in columns and paragraphs, for terminals of 80 columns. */
import { stripVTControlCharacters } from 'node:util'

export const width = 80

export type Cell = string | number

/**
 * Rows under a head of column names, two spaces apart. Numbers stand at the right, texts at the left; the last column is
 * wrapped when the line would be too long. An empty head is left out.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  indent = 0,
): readonly string[] {
  const texts = rows.map((row) => row.map(String))
  const all = head.every((name) => name === '') ? texts : [head, ...texts]
  const widths = head.map((_, column) =>
    Math.max(0, ...all.map((row) => length(row[column] ?? ''))),
  )
  const isRight = head.map((_, column) => {
    const filled = rows.map((row) => row[column] ?? '').filter((cell) => cell !== '')
    return filled.length > 0 && filled.every((cell) => typeof cell === 'number')
  })
  const before = indent + widths.slice(0, -1).reduce((sum, each) => sum + each + 2, 0)
  return all.flatMap((row) => {
    const cells = row.slice(0, -1).map((text, column) => {
      const space = ' '.repeat((widths[column] ?? 0) - length(text))
      return `${isRight[column] === true ? space + text : text + space}  `
    })
    const last = row.at(-1) ?? ''
    const fill = isRight.at(-1) === true ? ' '.repeat((widths.at(-1) ?? 0) - length(last)) : ''
    const [first = '', ...more] = wrapped(fill + last, Math.max(20, width - before))
    const lines = [' '.repeat(indent) + cells.join('') + first]
    return [...lines, ...more.map((text) => ' '.repeat(before) + text)].map((line) =>
      line.trimEnd(),
    )
  })
}

/** A paragraph, every line of it indented. */
export function paragraph(text: string, indent = 0): readonly string[] {
  return wrapped(text.replaceAll(/\s+/g, ' ').trim(), width - indent).map(
    (line) => ' '.repeat(indent) + line,
  )
}

/** `34 ms`, `2.5 s`, `3 min`, `5 h`, `2 d` */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  const minutes = seconds / 60
  if (minutes < 120) return `${Math.round(minutes)} min`
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`
}

/** `1 host`, `2 hosts` */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}

/** Columns that the text takes: styles take none. */
function length(text: string): number {
  return stripVTControlCharacters(text).length
}

/** A word that is longer than a line stays whole: it may be an id that somebody wants to copy. */
function wrapped(text: string, columns: number): readonly string[] {
  if (length(text) <= columns) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && length(line) + 1 + length(word) > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
