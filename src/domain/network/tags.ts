/** Words that users put on records of the network, to find them again. */

/** What can have tags. */
export const taggedKinds = [
  'network',
  'subnet',
  'subnet-pool',
  'port',
  'router',
  'floating-ip',
  'security-group',
] as const

export type TaggedKind = (typeof taggedKinds)[number]

/** By the id of what has them; what has none is not in it. */
export type TagsById = ReadonlyMap<string, readonly string[]>
