/** What a command writes to: lines for people, documents for programs, and colours only where somebody sees them. */
import { styleText } from 'node:util'

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow'

export type Terminal = {
  /** Writes a line of the answer. */
  line(text?: string): void
  /** Writes a document of the answer. */
  json(document: unknown): void
  /** Says something that is no part of the answer. */
  note(text: string): void
  /** Gives text a style, if this is a terminal. */
  styled(style: Style, text: string): string
}

export type Sink = { write(text: string): unknown }

export function openTerminal(out: Sink, notes: Sink, isColourful: boolean): Terminal {
  return {
    line: (text = '') => {
      out.write(`${text.trimEnd()}\n`)
    },
    json: (document) => {
      out.write(`${JSON.stringify(document, null, 2)}\n`)
    },
    note: (text) => {
      notes.write(`${text}\n`)
    },
    styled: (style, text) =>
      isColourful ? styleText(style, text, { validateStream: false }) : text,
  }
}
