/**
 * Mistakes that somebody might make: each a place, what stands there, and what would stand there after the mistake.
 *
 * The safety net (the simulator and the saga kit) must catch every one. A place whose text is not found any more is an error:
 * the list follows the sources.
 */
export type Mutation = {
  readonly file: string
  readonly find: string
  readonly replace: string
  /** A second place in the same file, where one of two guards alone would still hold. */
  readonly also?: { readonly find: string; readonly replace: string }
  /** What the mistake is. */
  readonly why: string
}

const rows = 'src/store/sagas/rows.ts'
const statements = 'src/store/sagas/statements.ts'
const holdings = 'src/store/placement/holdings.ts'
const build = 'src/operations/build.ts'
const remove = 'src/operations/delete.ts'
const resize = 'src/operations/resize.ts'
const confirm = 'src/operations/confirm-resize.ts'
const revert = 'src/operations/revert-resize.ts'
const live = 'src/operations/live-migrate.ts'
const liveEnds = 'src/operations/live-ends.ts'
const evacuate = 'src/operations/evacuate.ts'
const offload = 'src/operations/shelve-offload.ts'

export const mutations: readonly Mutation[] = [
  // --- the engine
  {
    file: statements,
    find: `.where('id', '=', by.id)\n      .where('epoch', '=', by.epoch)`,
    replace: `.where('id', '=', by.id)`,
    also: {
      find: `.where('id', '=', id)\n    .where('epoch', '=', epoch)\n    .where('active', '=', 1),\n)`,
      replace: `.where('id', '=', id)\n    .where('active', '=', 1),\n)`,
    },
    why: 'an owner that was replaced goes on as if it were not',
  },
  {
    file: rows,
    find: `const epoch = await raiseEpoch(tx, row.subject)`,
    replace: `const epoch = row.epoch`,
    why: 'taking over does not fence the owner before',
  },
  {
    file: rows,
    find: `const epoch = await raiseEpoch(tx, saga.subject)\n  const row = await tx`,
    replace: `const epoch = saga.epoch\n  const row = await tx`,
    why: 'turning back does not fence the call under way',
  },
  {
    file: 'src/saga/engine.ts',
    find: `    await this.#takeOver(false)\n`,
    replace: ``,
    why: 'what a dead process left is found by nobody',
  },
  {
    file: 'src/saga/way-back.ts',
    find: `const begun = step !== undefined && (await ledger.begunAt(step, 'do')) !== null`,
    replace: `const begun = false`,
    why: 'an interrupted step that had begun is not undone',
  },
  {
    file: 'src/operations/follow-ups.ts',
    find: `if (server.deleteRequested) return await beginDelete(tx, server, run, now, start)`,
    replace: ``,
    why: 'a delete that came during an operation is forgotten',
  },

  // --- agents
  {
    file: 'src/agents/memory.ts',
    find: `if (Number(row['epoch']) > epoch) throw tooLate(subject, epoch)`,
    replace: ``,
    also: { find: `\n     WHERE excluded.epoch >= fences.epoch`, replace: `` },
    why: 'an agent carries out the calls of owners that were replaced',
  },

  // --- records
  {
    file: holdings,
    find: `const refusal = firstRefusal(stocks, amounts)\n    if (refusal !== null) return refusal`,
    replace: `const refusal = firstRefusal(stocks, amounts)\n    if (refusal === undefined) return refusal`,
    why: 'a claim is written whether there is room or not',
  },
  {
    file: holdings,
    find: `  await changeSums(tx, held)\n`,
    replace: ``,
    why: 'what is given back stays counted',
  },
  {
    file: 'src/operations/charging.ts',
    find: `vcpus: Math.max(one.vcpus, other.vcpus),`,
    replace: `vcpus: other.vcpus,`,
    why: 'a project is charged for the new size only while either may come true',
  },
  {
    file: 'src/scheduler/filters.ts',
    find: `(host.cleaning ? { kind: 'cleaning' } : null)`,
    replace: `(host.cleaning && host.host === '' ? { kind: 'cleaning' } : null)`,
    why: 'a server may come to a host that is still being cleaned of it',
  },

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
    find: `      await charge(tx, server.projectId, minus({ instances, ...charged }))\n`,
    replace: ``,
    why: 'a deleted server stays charged to its project',
  },

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
    find: `      await beginCleaning(tx, tools.start, cleaning, run.id('clean source'))\n`,
    replace: `      void cleaning\n`,
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
    find: `    await beginCleaning(tx, tools.start, cleaning, run.id('clean destination'))\n`,
    replace: `    void cleaning\n`,
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
    find: `  await beginCleaning(tx, tools.start, cleaning, run.id('clean destination'))\n`,
    replace: `  void cleaning\n`,
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
    find: `if ((await host.getInfo(c.p.serverId)) !== null) throw failure`,
    replace: `throw failure`,
    why: 'a host that says no is believed to have done nothing',
  },

  // --- live migration, evacuation, shelving
  {
    file: live,
    find: `if (failure !== null) throw problemOf({ ...failure, kind: 'failed' })`,
    replace: `if (failure !== null) return { power: null }`,
    why: 'a guest that never arrived is believed to be on the destination',
  },
  {
    file: liveEnds,
    find: `if ((await on(c, destination).getInfo(serverId)) !== null) {`,
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
]
