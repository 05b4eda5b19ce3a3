/**
 * Berth beside OpenStack's Placement: the same providers, the same requests, the same client, on this machine, in turns.
 *
 * Each figure of Berth has that of Placement for its peer. Processor time is the one to look at: unlike the wall clock it
 * depends little on what else the machine does, and not on how many processes of Placement there are. What it does depend on
 * comes and goes: so both are there at once, and each kind of request is asked of one and then of the other, several times.
 * Candidates are also asked for right after a claim, which shows what it costs to follow a write. Larger fleets show how both
 * grow; where Placement would need many minutes, Berth is alone.
 */
import { withFilledCloud } from '../bed/berth.ts'
import { withData } from '../bed/data.ts'
import type { Berth } from '../bed/berth.ts'
import type { Fleet } from '../bed/fleet.ts'
import { httpClient } from '../bed/http-client.ts'
import { spread, timed } from '../bed/measuring.ts'
import type { Plan, Times } from '../bed/measuring.ts'
import { placementAt } from '../bed/placement-requests.ts'
import type { Placement } from '../bed/placement-requests.ts'
import { fillRealPlacement, startPlacement } from '../bed/real-placement.ts'
import type { Quantity, Row } from '../bed/report.ts'

/** How often each is asked in one turn: enough for a steady figure in all, and no more than half a minute of the slower one. */
type Often = {
  readonly many: number
  readonly few: number
  readonly claims: number
  readonly warmUp: number
}

const turns = 5

/** V8 compiles what is used much while it runs, ours and the client's: a second of requests, and it is done. */
const often: Often = { many: 100, few: 100, claims: 600, warmUp: 400 }
const theirOften: Often = { many: 3, few: 3, claims: 20, warmUp: 2 }
/** At ten thousand providers one query takes Placement seconds. */
const theirOftenLarge: Often = { many: 1, few: 1, claims: 10, warmUp: 1 }

const kinds = ['many', 'few', 'claims', 'following'] as const
type Kind = (typeof kinds)[number]

type Figures = Pick<Times, 'cpuMs' | 'p50Ms'>
type Measured = Readonly<Record<Kind, Figures>> & {
  readonly startMs: number
  readonly mb: number | null
}

type Server = Pick<Berth, 'cpuMs' | 'readyMs' | 'residentMb'>
type Side = { readonly server: Server; readonly placement: Placement; readonly often: Often }

export type Beside = {
  /** Placement at ten thousand providers as well, and Berth at a hundred thousand. */
  readonly large: boolean
  readonly consumers: number
}

export async function* besidePlacement({ large, consumers }: Beside): AsyncGenerator<Row> {
  for (const shape of ['flat', 'nested'] as const) {
    for (const providers of large ? [1000, 10_000, 100_000] : [1000, 10_000]) {
      yield* compared(
        { shape, providers, consumers },
        providers === 1000 || (large && providers === 10_000),
      )
    }
  }
}

async function* compared(fleet: Fleet, withPeer: boolean): AsyncGenerator<Row> {
  const [ours, theirs] = await withFilledCloud(fleet, async (berth, api) => {
    const own = { server: berth, placement: placementAt(api, '/placement', fleet), often }
    return withPeer
      ? await withTheirs(fleet, async (peer) => await inTurns([own, peer]))
      : await inTurns([own])
  })
  if (ours === undefined) return
  const theirStart = theirs === undefined ? null : ms(theirs.startMs)
  const named = `${fleet.shape} ${fleet.providers}: `
  yield* pair(`${named}candidates, limit 1000`, ours.many, theirs?.many)
  yield* pair(`${named}candidates, limit 10`, ours.few, theirs?.few)
  const [followed, theirFollowed] = [ours.following, theirs?.following]
  yield beside(
    `${named}candidates, limit 10, after a claim: p50`,
    ms(followed.p50Ms),
    theirFollowed === undefined ? null : ms(theirFollowed.p50Ms),
  )
  yield* pair(`${named}claims, 8 clients`, ours.claims, theirs?.claims)
  yield beside(`${named}start to first answer`, ms(ours.startMs), theirStart)
  if (ours.mb !== null) {
    const peer = theirs?.mb == null ? null : mb(theirs.mb)
    yield beside(`${named}memory, one process each`, mb(ours.mb), peer)
  }
}

async function withTheirs<T>(fleet: Fleet, work: (side: Side) => Promise<T>): Promise<T> {
  return await withData(async ({ dir }) => {
    await fillRealPlacement(dir, fleet)
    const real = await startPlacement(dir)
    const http = httpClient(real.origin, 8)
    const headers = { 'x-auth-token': 'admin', 'openstack-api-version': 'placement 1.39' }
    const api = {
      ask: async (...[path, ask]: Parameters<typeof http.ask>) =>
        await http.ask(path, { ...ask, headers }),
    }
    try {
      const counts = fleet.providers > 1000 ? theirOftenLarge : theirOften
      return await work({ server: real, placement: placementAt(api, '', fleet), often: counts })
    } finally {
      http.close()
      await real.stop()
    }
  })
}

async function inTurns(sides: readonly Side[]): Promise<readonly Measured[]> {
  const measured = sides.map((side) => ({
    side,
    asked: requestsOf(side),
    times: Object.fromEntries(kinds.map((kind) => [kind, [] as Times[]])) as Record<Kind, Times[]>,
  }))
  for (const kind of kinds) {
    for (let turn = 0; turn < turns; turn += 1) {
      for (const { side, asked, times } of measured) {
        const { plan, work } = asked[kind]
        const warmUp = turn === 0 ? side.often.warmUp : 0
        times[kind].push(await timed(side.server, { ...plan, warmUp }, work))
      }
    }
  }
  return measured.map(({ side: { server }, times }) => ({
    many: inAll(times.many),
    few: inAll(times.few),
    claims: inAll(times.claims),
    following: inAll(times.following),
    startMs: server.readyMs,
    mb: server.residentMb(),
  }))
}

function requestsOf({ placement, often: counts }: Side): Readonly<Record<Kind, Requests>> {
  let claimed = 0
  const claim = async (): Promise<void> => await placement.claim(claimed++)
  const asked = (limit: number) => async (): Promise<void> => await placement.candidates(limit)
  return {
    many: { plan: { count: counts.many }, work: asked(1000) },
    few: { plan: { count: counts.few }, work: asked(10) },
    claims: { plan: { count: counts.claims, clients: 8 }, work: claim },
    following: { plan: { count: counts.few, before: claim }, work: asked(10) },
  }
}

type Requests = { readonly plan: Plan; readonly work: (i: number) => Promise<void> }

/** The kernel counts processor time in steps that are long beside a turn, so it is that of all turns. */
function inAll(times: readonly Times[]): Figures {
  const cpuMs = times.map((each) => each.cpuMs ?? Number.NaN)
  const mean = cpuMs.reduce((sum, each) => sum + each, 0) / times.length
  return {
    p50Ms: spread(times.map(({ p50Ms }) => p50Ms)).p50Ms,
    cpuMs: Number.isNaN(mean) ? null : mean,
  }
}

function* pair(what: string, ours: Figures, theirs: Figures | undefined): Generator<Row> {
  yield beside(`${what}: p50`, ms(ours.p50Ms), theirs === undefined ? null : ms(theirs.p50Ms))
  if (ours.cpuMs === null) return
  const theirCpu = theirs?.cpuMs ?? null
  yield beside(`${what}: CPU`, ms(ours.cpuMs), theirCpu === null ? null : ms(theirCpu))
}

function beside(what: string, measured: Quantity, peer: Quantity | null): Row {
  return peer === null ? { what, measured } : { what, measured, peer }
}

function ms(value: number): Quantity {
  return { value, unit: 'ms' }
}

function mb(value: number): Quantity {
  return { value, unit: 'MB' }
}
