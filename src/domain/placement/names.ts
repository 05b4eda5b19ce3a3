/**
 * Names of resource classes and traits.
 *
 * Both follow one rule: capitals, digits and underscores, at most 255, and those that a user may make begin with CUSTOM_.
 * The standard ones come with the program and can be neither made nor deleted.
 */
import { standardResourceClasses } from './standard-resource-classes.ts'
import { standardTraits } from './standard-traits.ts'

export const nameLengthMax = 255

/** A provider with this trait lends what it has to every tree that shares an aggregate with it. */
export const sharingTrait = 'MISC_SHARES_VIA_AGGREGATE'

const standardClassSet: ReadonlySet<string> = new Set(standardResourceClasses)
const standardTraitSet: ReadonlySet<string> = new Set(standardTraits)

/** True for any name that could exist, standard or not. */
export function isWellFormedName(name: string): boolean {
  return name.length <= nameLengthMax && /^[A-Z0-9_]+$/.test(name)
}

/** True for a name that a user may make. */
export function isCustomName(name: string): boolean {
  return name.length <= nameLengthMax && /^CUSTOM_[A-Z0-9_]+$/.test(name)
}

export function isStandardResourceClass(name: string): boolean {
  return standardClassSet.has(name)
}

export function isStandardTrait(name: string): boolean {
  return standardTraitSet.has(name)
}

/** The order in which traits are shown: standard ones first. */
export function compareTraits(a: string, b: string): number {
  const custom = Number(!isStandardTrait(a)) - Number(!isStandardTrait(b))
  if (custom !== 0) return custom
  return a < b ? -1 : Number(a > b)
}
