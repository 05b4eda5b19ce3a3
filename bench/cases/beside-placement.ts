/**
 * Berth beside OpenStack's Placement: the same providers, the same requests, the same client, on this machine, in turns.
 *
 * Each figure of Berth has that of Placement for its peer. Processor time is the one to look at: unlike the wall clock it
 * depends little on what else the machine does, and not on how many processes of Placement there are. Candidates are also
 * asked for right after a claim, which shows what it costs to follow a write. Larger fleets show how both grow; where Placement
 * would need many minutes, Berth is alone.
 */
import { withFilledCloud } from '../bed/berth.ts'
import { withData } from '../bed/data.ts'
import type { Berth } from '../bed/berth.ts'
import type { Fleet } from '../bed/fleet.ts'
import { httpClient } from '../bed/http-client.ts'
import { timed } from '../bed/measuring.ts'
import type { Times } from '../bed/measuring.ts'
import { placementAt } from '../bed/placement-requests.ts'
import type { Placement } from '../bed/placement-requests.ts'
import { fillRealPlacement, startPlacement } from '../bed/real-placement.ts'
import type { Quantity, Row } from '../bed/report.ts'

/** How often each is asked: enough for a steady figure, and no more than half a minute of the slower one. */
type Often = {
  readonly many: number
  readonly few: number
  readonly claims: number
  readonly warmUp: number
}

/** V8 compiles what is used much while it runs, ours and the client's: a second of requests, and it is done. */
const often: Often = { many: 300, few: 500, claims: 3000, warmUp: 400 }
const theirOften: Often = { many: 8, few: 8, claims: 60, warmUp: 2 }
/** At ten thousand providers one query takes Placement seconds. */
const theirOftenLarge: Often = { many: 2, few: 2, claims: 30, warmUp: 1 }

type Measured = Readonly<Record<'claims' | 'few' | 'many' | 'following', Times>> & {
  readonly startMs: number
  readonly mb: number | null
}

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
  const theirs = withPeer ? await measureTheirs(fleet) : null
  const ours = await measureOurs(fleet)
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
  yield beside(`${named}start to first answer`, ms(ours.startMs), theirs && ms(theirs.startMs))
  if (ours.mb !== null) {
    const peer = theirs === null || theirs.mb === null ? null : mb(theirs.mb)
    yield beside(`${named}memory, one process each`, mb(ours.mb), peer)
  }
}

async function measureTheirs(fleet: Fleet): Promise<Measured> {
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
      return await measure(real, placementAt(api, '', fleet), counts)
    } finally {
      http.close()
      await real.stop()
    }
  })
}

async function measureOurs(fleet: Fleet): Promise<Measured> {
  return await withFilledCloud(
    fleet,
    async (berth, api) => await measure(berth, placementAt(api, '/placement', fleet), often),
  )
}

async function measure(server: Berth, placement: Placement, counts: Often): Promise<Measured> {
  const startMs = server.readyMs
  const { warmUp } = counts
  let claimed = 0
  const claim = async (): Promise<void> => await placement.claim(claimed++)
  const asked = async (limit: number): Promise<void> => await placement.candidates(limit)
  const many = await timed(server, { count: counts.many, warmUp }, async () => await asked(1000))
  const few = await timed(server, { count: counts.few, warmUp }, async () => await asked(10))
  const claims = await timed(server, { count: counts.claims, clients: 8, warmUp }, claim)
  const following = await timed(
    server,
    { count: counts.few, warmUp, before: claim },
    async () => await asked(10),
  )
  return { many, few, claims, following, startMs, mb: server.residentMb() }
}

function* pair(what: string, ours: Times, theirs: Times | undefined): Generator<Row> {
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
