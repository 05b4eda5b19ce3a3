/** What other services tell of servers. */
import type { SchemaStep } from '../change.ts'
import { taking } from './json-schema.ts'
import { list, object, oneOf, text, uuid } from './parts.ts'

export const eventNames = [
  'network-changed',
  'network-vif-plugged',
  'network-vif-unplugged',
  'network-vif-deleted',
  'volume-extended',
  'power-update',
  'accelerator-request-bound',
  'volume-reimaged',
] as const

const event = object(
  { name: oneOf(...eventNames), server_uuid: uuid },
  { status: oneOf('failed', 'completed', 'in-progress'), tag: text({ maxLength: 255 }) },
)

export const createEvents = object({ events: list(event, { minItems: 1 }) })

/** Only these were known. */
export function eventsNamed(...names: readonly string[]): SchemaStep {
  return taking('events[].name', { type: 'string', enum: [...names] })
}
