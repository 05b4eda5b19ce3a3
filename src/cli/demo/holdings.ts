/**
 * What each host holds: what Placement has given away there, beside what really is there.
 *
 * The two are asked from different services that share nothing, which is the point of looking at both.
 */
import type { Client } from '../client.ts'
import { listGuests, listHosts } from '../commands/hosts.ts'
import type { GuestDocument } from '../commands/hosts.ts'
import { table } from '../layout.ts'
import type { Cell } from '../layout.ts'

/** Of whom the story tells; what others hold on the same hosts is no part of it. */
export type Cast = { readonly server: string; readonly migrations: readonly string[] }

export type Holdings = readonly {
  readonly host: string
  readonly claims: readonly Claim[]
  readonly guests: readonly GuestDocument[]
}[]

type Amounts = Readonly<Record<string, number>>
type Claim = { readonly holder: 'migration' | 'server'; readonly amounts: Amounts }

export async function holdingsOf(
  client: Client,
  cast: Cast,
  hosts: readonly string[],
): Promise<Holdings> {
  const known = (await listHosts(client)).filter(({ name }) => hosts.includes(name))
  return await Promise.all(
    known.map(async ({ name, provider }) => ({
      host: name,
      claims: await claimsOn(client, provider, cast),
      guests: (await listGuests(client, name)).filter(({ server }) => server === cast.server),
    })),
  )
}

async function claimsOn(client: Client, provider: string, cast: Cast): Promise<readonly Claim[]> {
  const { allocations } = await client.get<{
    allocations: Readonly<Record<string, { readonly resources: Amounts }>>
  }>(`/placement/resource_providers/${provider}/allocations`)
  return Object.entries(allocations).flatMap(([consumer, { resources: amounts }]): Claim[] => {
    if (consumer === cast.server) return [{ holder: 'server', amounts }]
    return cast.migrations.includes(consumer) ? [{ holder: 'migration', amounts }] : []
  })
}

export function isEmpty(holdings: Holdings): boolean {
  return holdings.every(({ claims, guests }) => claims.length === 0 && guests.length === 0)
}

const head = ['host', 'claimed for', 'VCPU', 'MB', 'GB', 'really there']

export function picture(holdings: Holdings): readonly string[] {
  const rows = holdings.flatMap(({ host, claims, guests }) => {
    const lines = Math.max(1, claims.length, guests.length)
    return Array.from({ length: lines }, (_, i) => [
      i === 0 ? host : '',
      ...claimCells(claims[i]),
      sayGuest(guests[i]) ?? (i === 0 ? 'nothing' : ''),
    ])
  })
  return table(head, rows, 2)
}

function claimCells(claim: Claim | undefined): readonly Cell[] {
  if (claim === undefined) return ['-', '', '', '']
  const { holder, amounts } = claim
  return [holder, ...['VCPU', 'MEMORY_MB', 'DISK_GB'].map((name) => amounts[name] ?? 0)]
}

function sayGuest(guest: GuestDocument | undefined): string | null {
  if (guest === undefined) return null
  const { role, power, vcpus, memory_mb, disk_gb } = guest
  const size = `${vcpus} VCPU, ${memory_mb} MB, ${disk_gb} GB`
  switch (role) {
    case 'guest':
      return `a ${power === 'running' ? 'running guest' : `guest, ${power}`} of ${size}`
    case 'source-copy':
      return 'the copy kept for a way back'
    case 'incoming':
      return 'the disk that came over, no guest'
    case 'remains':
      return 'remains of a guest that left'
  }
}
