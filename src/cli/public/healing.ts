/**
 * Healing allocations through Placement's API, and taking that back.
 *
 * Every write names the generation that was seen: what changed since is not touched. What there was before goes to a journal
 * before anything is written, so that a heal can be taken back by whoever has the file.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { Ids } from '../../lib/ids.ts'
import { problem } from '../../lib/problem.ts'
import type { Wrong } from './judgement.ts'
import type { Amounts } from './observation.ts'
import type { OpenStack } from './openstack.ts'

export type Heal = {
  readonly id: string
  readonly cloud: string
  readonly kind: Wrong['kind']
  readonly consumer: string
  readonly says: string
  readonly before: Holding
  readonly after: Readonly<Record<string, Amounts>>
}

/** `changed`: somebody else wrote meanwhile, or there is no room. */
export type Outcome = { readonly heal: Heal; readonly state: 'changed' | 'healed' }

/** What a consumer holds, with what must be said to write it again. */
type Holding = {
  readonly allocations: Readonly<Record<string, Amounts>>
  readonly project: string | null
  readonly user: string | null
  readonly type: string | null
}

type Line = { readonly heal: Heal } | { readonly undone: string }

/** Carries out what can be. The owner is asked for where nothing is held yet. */
export async function applyAll(
  cloud: OpenStack,
  wrongs: readonly Wrong[],
  parts: {
    readonly journal: string
    readonly ids: Ids
    readonly ownerOf: (server: string) => { readonly project: string; readonly user: string } | null
  },
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const { kind, consumer, generation, says, due } of wrongs) {
    if (due === null) continue
    const seen = await read(cloud, consumer)
    const owner = parts.ownerOf(consumer)
    const before = {
      ...seen.holding,
      project: seen.holding.project ?? owner?.project ?? null,
      user: seen.holding.user ?? owner?.user ?? null,
    }
    const heal = {
      id: parts.ids.uuid(),
      cloud: cloud.cloud,
      kind,
      consumer,
      says,
      before,
      after: due,
    }
    if (seen.generation !== generation) {
      outcomes.push({ heal, state: 'changed' })
      continue
    }
    note(parts.journal, { heal })
    const isDone = await write(cloud, consumer, { ...before, allocations: due }, generation)
    // What was not done cannot be taken back.
    if (!isDone) note(parts.journal, { undone: heal.id })
    outcomes.push({ heal, state: isDone ? 'healed' : 'changed' })
  }
  return outcomes
}

/** @throws `not-found`, `conflict` when the consumer holds something else by now. */
export async function takeBack(cloud: OpenStack, journal: string, id: string): Promise<Heal> {
  const lines = linesOf(journal)
  const found = lines.find((line) => 'heal' in line && line.heal.id === id)
  const heal = found !== undefined && 'heal' in found ? found.heal : null
  if (heal?.cloud !== cloud.cloud) {
    throw problem('not-found', `${journal} has no heal ${id} of cloud ${cloud.cloud}`)
  }
  if (lines.some((line) => 'undone' in line && line.undone === id)) {
    throw problem('conflict', 'That heal was taken back already, or came to nothing')
  }
  const { generation, holding } = await read(cloud, heal.consumer)
  if (!isSame(holding.allocations, heal.after)) {
    throw problem('conflict', `${heal.consumer} holds something else by now: it is left alone`)
  }
  if (!(await write(cloud, heal.consumer, heal.before, generation))) {
    throw problem(
      'conflict',
      'Placement refuses it: there is no room any more, or somebody else wrote',
    )
  }
  note(journal, { undone: id })
  return heal
}

async function read(
  cloud: OpenStack,
  consumer: string,
): Promise<{ readonly generation: number | null; readonly holding: Holding }> {
  type Found = {
    readonly allocations: Readonly<Record<string, { readonly resources: Amounts }>>
    readonly project_id?: string
    readonly user_id?: string
    readonly consumer_generation?: number
    readonly consumer_type?: string
  }
  const found = await cloud.get<Found>('placement', `/allocations/${consumer}`)
  return {
    generation: found.consumer_generation ?? null,
    holding: {
      allocations: Object.fromEntries(
        Object.entries(found.allocations).map(([provider, { resources }]) => [provider, resources]),
      ),
      project: found.project_id ?? null,
      user: found.user_id ?? null,
      type: found.consumer_type ?? null,
    },
  }
}

/** False when somebody else wrote meanwhile, or there is no room. */
async function write(
  cloud: OpenStack,
  consumer: string,
  { allocations, project, user, type }: Holding,
  generation: number | null,
): Promise<boolean> {
  const status = await cloud.put('placement', `/allocations/${consumer}`, {
    allocations: Object.fromEntries(
      Object.entries(allocations).map(([provider, resources]) => [provider, { resources }]),
    ),
    project_id: project,
    user_id: user,
    consumer_generation: generation,
    // Servers are of this type; what had no type before it could be told keeps none.
    ...(cloud.placementVersion === '1.38' ? { consumer_type: typeOf(type) } : {}),
  })
  return status !== 409
}

function typeOf(type: string | null): string {
  return type === null ? 'INSTANCE' : type
}

function isSame(
  one: Readonly<Record<string, Amounts>>,
  other: Readonly<Record<string, Amounts>>,
): boolean {
  const text = (each: Readonly<Record<string, Amounts>>): string =>
    Object.entries(each)
      .flatMap(([provider, amounts]) =>
        Object.entries(amounts).map(([name, amount]) => `${provider} ${name} ${amount}`),
      )
      .toSorted()
      .join('\n')
  return text(one) === text(other)
}

function note(journal: string, line: Line): void {
  appendFileSync(journal, `${JSON.stringify(line)}\n`, { mode: 0o600 })
}

function linesOf(journal: string): readonly Line[] {
  if (!existsSync(journal)) return []
  const lines = readFileSync(journal, 'utf8').split('\n')
  // Written by `note`.
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line)
}
