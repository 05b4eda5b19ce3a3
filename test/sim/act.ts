/** One thing that somebody does to a server in a simulation. */
import type { RequestContext } from '../../src/app/context.ts'
import type { ServerContext } from '../../src/app/servers/context.ts'
import type { Identity } from '../../src/domain/identity.ts'
import type { VolumeId } from '../../src/domain/ids.ts'
import type { Random } from '../../src/lib/random.ts'

/** Where the author believes a server to be. `aside`: deleted, and not gone yet. */
export type Rough =
  | 'active'
  | 'stopped'
  | 'resized'
  | 'paused'
  | 'suspended'
  | 'rescued'
  | 'shelved'
  | 'aside'

export type Asked = {
  readonly ctx: ServerContext
  readonly request: RequestContext
  readonly tenant: Identity
  readonly admin: Identity
  readonly id: string
  /** One that everybody may use. */
  readonly imageRef: string
  /** Those that the tenant has. */
  readonly volumes: readonly VolumeId[]
  readonly with: Readonly<Record<string, string>>
}

export type Act = {
  readonly weight: number
  readonly from: readonly Rough[]
  readonly to: Rough | 'gone' | null
  readonly draw?: (random: Random, hosts: number) => Readonly<Record<string, string>>
  readonly ask: (asked: Asked) => Promise<void>
  /** It is answered when it is done, and not when it is accepted: then what a host says against it is an answer, too. */
  readonly waits?: true
  /** It is only asked for where deleted servers are kept for a while. */
  readonly keeps?: true
}

export function pick<T>(random: Random, from: readonly [T, ...T[]] | readonly T[]): T {
  const chosen = from[random.below(from.length)]
  if (chosen === undefined) throw new Error('nothing to choose from')
  return chosen
}
