/** Mistakes in how servers begin and end. */
import type { Mistake } from './mistake.ts'

const build = 'src/operations/build.ts'
const remove = 'src/operations/delete.ts'

export const lifeMistakes: readonly Mistake[] = [
  // --- build
  {
    file: build,
    find: `    undo: async ({ tx, p, now }) => {\n      await releasePorts(tx, p.serverId)\n`,
    replace: `    undo: async ({ tx, p, now }) => {\n`,
    why: 'a build that fails keeps its ports',
  },
  {
    file: build,
    find: `if (host !== undefined) await on(c, host).destroy(c.p.serverId)`,
    replace: `void host`,
    why: 'a build that fails leaves its guest',
  },
  {
    file: build,
    find: `  await holdings.release(tx, p.serverId, now)\n  const server`,
    replace: `  const server`,
    why: 'a host that refused a build stays charged',
  },

  // --- delete
  {
    file: remove,
    find: `      await releaseBelongings(tx, p.serverId, now)\n`,
    replace: ``,
    why: 'a deleted server keeps its ports and volumes',
  },
  {
    file: remove,
    find: `tolerate: { when: isSilence, as: { left: true } },`,
    replace: `tolerate: { when: isSilence, as: { left: false } },`,
    why: 'a host that was silent during a delete is never cleaned',
  },
  {
    file: remove,
    find: `tolerate: { when: () => true, as: { left: true } },`,
    replace: `tolerate: { when: () => true, as: { left: false } },`,
    why: 'the other side of a move is forgotten when it cannot be cleaned at once',
  },
  {
    file: remove,
    find: `if (!c.tools.hosts.isUp(host)) return { left: true }`,
    replace: `if (!c.tools.hosts.isUp(host)) return { left: false }`,
    why: 'a host that is down during a delete is never cleaned',
  },
  {
    file: remove,
    find: `      await charge(tx, server, minus({ instances, ...charged }))\n`,
    replace: ``,
    why: 'a deleted server stays charged to its project',
  },

  // --- what a server has
  {
    file: 'src/operations/attach-volume.ts',
    find: `if (host !== null && volume !== undefined) await on(c, host).detachVolume(serverId, volume.id)`,
    replace: `void [host, serverId, volume]`,
    why: 'a volume that could not be attached stays in the guest',
  },
  {
    file: 'src/operations/interfaces.ts',
    find: `    undo: async ({ tx, p, run }) => {\n`,
    replace: `    undo: async ({ tx, p, run }) => {\n      if (run !== null) return\n`,
    why: 'an interface that could not be attached leaves its port',
  },
]
