/** Asking for a console. */
import type { SchemaStep } from '../change.ts'
import { both, taking } from './json-schema.ts'
import { object, oneOf } from './parts.ts'

export const createConsole = object({
  remote_console: object({
    protocol: oneOf('vnc', 'spice', 'serial', 'rdp', 'mks'),
    type: oneOf('novnc', 'xvpvnc', 'spice-html5', 'serial', 'rdp-html5', 'webmks', 'spice-direct'),
  }),
})

/** Only these were known. */
export function consoleOf(protocols: readonly string[], types: readonly string[]): SchemaStep {
  return both(
    taking('remote_console.protocol', { type: 'string', enum: [...protocols] }),
    taking('remote_console.type', { type: 'string', enum: [...types] }),
  )
}
