/** A Placement of its own for a test: an empty embedded database, the service on it, fixed tokens. */
import { placementService } from '../../src/api/placement/service.ts'
import type { PlacementOptions } from '../../src/api/placement/service.ts'
import type { Service } from '../../src/api/http/service.ts'
import type { PlacementContext } from '../../src/app/placement/context.ts'
import { addStandardNames } from '../../src/app/placement/vocabulary.ts'
import { byFixedToken } from '../../src/app/identity/noauth.ts'
import { openPolicy } from '../../src/domain/placement/policy.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { randomIds } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { LiveIndex } from '../../src/placement/live-index.ts'
import { openTemporaryStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'

const tools = { clock: systemClock, random: seededRandom('placement'), log: silentLog }

export type TestPlacement = {
  readonly ctx: PlacementContext
  readonly service: Service
  close(): Promise<void>
}

export async function openTestPlacement(
  options: Partial<Pick<PlacementOptions, 'policy' | 'settings'>> = {},
  store?: Store,
): Promise<TestPlacement> {
  const opened = store ?? (await openTemporaryStore(tools))
  const common = { ...tools, store: opened, ids: randomIds }
  await addStandardNames(common)
  const live = await LiveIndex.open(opened, silentLog)
  const ctx = { ...common, live }
  return {
    ctx,
    service: placementService({
      ctx,
      authenticate: byFixedToken,
      policy: openPolicy(),
      ...options,
    }),
    close: async () => {
      live.close()
      if (store === undefined) await opened.close()
    },
  }
}
