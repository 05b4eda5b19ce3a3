/**
 * Making and reading identifiers.
 *
 * Ids are random or derived. A derived id is a function of a namespace and a name, so that a step that runs twice makes the
 * same thing twice and not two things.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { Random } from './random.ts'

export interface Ids {
  /** A new id nobody has: a version 4 UUID in lower case with dashes. */
  uuid(): string
}

export const randomIds: Ids = { uuid: () => randomUUID() }

/** Ids from a seeded generator: same seed, same ids, for replayable runs. */
export function seededIds(random: Random): Ids {
  return {
    uuid: () => {
      const hex = Array.from({ length: 32 }, () => random.below(16).toString(16)).join('')
      return shaped(hex, '4')
    },
  }
}

/** The id for a name within a namespace: always the same one. */
export function derivedUuid(namespace: string, name: string): string {
  return shaped(createHash('sha256').update(`${namespace}\n${name}`).digest('hex'), '5')
}

/** The canonical spelling (lower case, dashes) of a UUID in any usual spelling, or null if it is none. */
export function canonicalUuid(text: string): string | null {
  const hex = text
    .toLowerCase()
    .replace(/^urn:uuid:/, '')
    .replaceAll(/[{}-]/g, '')
  return /^[0-9a-f]{32}$/.test(hex) ? dashed(hex) : null
}

export function isUuid(text: string): boolean {
  return canonicalUuid(text) !== null
}

function shaped(hex: string, version: string): string {
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16)
  return dashed(`${hex.slice(0, 12)}${version}${hex.slice(13, 16)}${variant}${hex.slice(17, 32)}`)
}

function dashed(hex: string): string {
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}
