/** Mistakes in cold moves and what is decided about them. */
import type { Mistake } from './mistake.ts'

const resize = 'src/operations/resize.ts'
const confirm = 'src/operations/confirm-resize.ts'
const revert = 'src/operations/revert-resize.ts'

export const coldMoveMistakes: readonly Mistake[] = [
  // --- resize
  {
    file: resize,
    find: `undo: async (c) => await freeDestination(c),`,
    replace: `undo: nothing('mutated'),`,
    why: 'a destination that refused stays charged',
  },
  {
    file: resize,
    find: `undo: async (c) => await returnToServer(c),`,
    replace: `undo: nothing('mutated'),`,
    why: 'a resize that fails leaves the source with the move',
  },
  {
    file: resize,
    find: `      await on(c, c.p.source).finishRevertMigration(guest, { powerOn: goesOn(c) })\n`,
    replace: ``,
    why: 'a guest that was powered off for a move stays off when the move fails',
  },
  {
    file: resize,
    find: `if (host !== undefined && host !== c.p.source) await on(c, host).destroy(c.p.serverId)`,
    replace: `if (host !== undefined) await on(c, c.p.source).destroy(c.p.serverId)`,
    why: 'rolling back destroys what the source kept',
  },
  {
    file: resize,
    find: `      await takeAlong(tx, p.serverId, p.source, now)\n`,
    replace: ``,
    why: 'rolling back leaves the ports bound to the destination',
  },
  {
    file: resize,
    find: `      await haveCleaned(c, p.source, 'remains')\n`,
    replace: ``,
    why: 'a server left on the destination leaves its disk on the source',
  },
  {
    file: resize,
    find: `      await chargeExactly(tx, server, p.newFlavor)\n`,
    replace: ``,
    why: 'a server left on the destination stays charged for both sizes',
  },
  {
    file: resize,
    find: `  if (host !== p.source) await haveCleaned(c, host, 'everything')\n`,
    replace: `  void host\n`,
    why: 'a resize that fails leaves a disk on its way',
  },

  // --- confirm and revert
  {
    file: confirm,
    find: `do: async () => {},`,
    replace: `do: async ({ tx, p, now }) => await holdings.release(tx, p.migrationId, now),`,
    why: 'the source is given back before it is cleaned',
  },
  {
    file: confirm,
    find: `tolerate: { when: () => true, as: { left: true } },`,
    replace: `tolerate: { when: () => true, as: { left: false } },`,
    why: 'a source that could not be cleaned is never cleaned',
  },
  {
    file: revert,
    find: `  if (destination !== source) await haveCleaned(c, destination, 'everything')\n`,
    replace: `  void destination\n`,
    why: 'a revert that gives way leaves the guest on the destination',
  },
  {
    file: revert,
    find: `else await goHome(c)`,
    replace: `else await migrations.enter(c.tx, c.p.migrationId, 'finished', c.now)`,
    why: 'a revert that gives way takes the destination for intact',
  },
  {
    file: 'src/operations/destroying.ts',
    find: `if (await isThere(host, c.p.serverId)) throw failure`,
    replace: `throw failure`,
    why: 'a host that says no is believed to have done nothing',
  },
]
