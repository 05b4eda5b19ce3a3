/** Mistakes in moves of guests that run, or whose host is lost, and in shelving. */
import type { Mistake } from './mistake.ts'

const live = 'src/operations/live-migrate.ts'
const liveEnds = 'src/operations/live-ends.ts'
const evacuate = 'src/operations/evacuate.ts'
const offload = 'src/operations/shelve-offload.ts'

export const otherMoveMistakes: readonly Mistake[] = [
  {
    file: live,
    find: `if (failure !== null) throw problemOf({ ...failure, kind: 'failed' })`,
    replace: `if (failure !== null) return { power: null }`,
    why: 'a guest that never arrived is believed to be on the destination',
  },
  {
    file: liveEnds,
    find: `if (there?.power === 'running' || there?.power === 'paused') {`,
    replace: `if (guest.vcpus < 0) {`,
    why: 'a guest that moved before the move was called off is not brought back',
  },
  {
    file: liveEnds,
    find: `  if (host !== null) await dropBinding(tx, p.serverId, host)\n`,
    replace: ``,
    why: 'a live migration that fails leaves a second binding of its ports',
  },
  {
    file: evacuate,
    find: `  await holdings.release(tx, p.serverId, now)\n  await takeAlong(tx, p.serverId, p.source, now)`,
    replace: `  await takeAlong(tx, p.serverId, p.source, now)`,
    why: 'a destination that refused an evacuated server stays charged',
  },
  {
    file: evacuate,
    find: `          if (host !== undefined) await on(c, host).destroy(c.p.serverId)\n`,
    replace: ``,
    why: 'an evacuation that fails leaves its guest',
  },
  {
    file: offload,
    find: `do: async (c) => await destroyOrFindIntact(c, c.p.host),`,
    replace: `do: async () => {},`,
    why: 'a server is offloaded, and its guest stays',
  },
  {
    file: offload,
    find: `      await takeAlong(tx, p.serverId, null, now)\n`,
    replace: ``,
    why: 'an offloaded server keeps its ports on its host',
  },
  {
    file: evacuate,
    find: `    do: switchOffOnSource,\n`,
    replace: `    do: async () => ({ switchedOff: false }),\n`,
    why: 'a lost host that answers after all goes on running what is evacuated from it',
  },
  {
    file: liveEnds,
    find: `  await on(c, source).liveMigrationAbort(serverId)\n`,
    replace: `  await on(c, source).liveMigrationAbort(serverId)\n  await on(c, destination).postLiveMigrationAtSource(serverId)\n`,
    why: 'the destination is cleaned before the guest is brought back from it',
  },
  {
    file: 'src/operations/unshelve.ts',
    find: `        undo: leaveHost,\n`,
    replace: `        undo: nothing('mutated'),\n`,
    why: 'an unshelving that fails stays charged',
  },
  {
    file: 'src/operations/shelve.ts',
    find: `undo: async ({ tx, p, now }) => await forgetImage(tx, p.imageId, now),`,
    replace: `undo: async () => {},`,
    why: 'a shelving that fails leaves its image',
  },
]
