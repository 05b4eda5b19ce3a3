/**
 * What tenants and operators do to servers in a simulation. A new operation is one entry here.
 *
 * `from` and `to` are the author's rough idea of where a server is: good enough that most requests come at a good moment.
 * Whether a request is right is for the cloud to say; a refusal is an answer.
 */
import * as deleting from '../../src/app/servers/delete.ts'
import * as evacuating from '../../src/app/servers/evacuate.ts'
import * as plugging from '../../src/app/servers/interfaces.ts'
import * as living from '../../src/app/servers/live-migrate.ts'
import * as pausing from '../../src/app/servers/pause.ts'
import * as power from '../../src/app/servers/power.ts'
import { rebuild } from '../../src/app/servers/rebuild.ts'
import * as rescuing from '../../src/app/servers/rescue.ts'
import { resetState } from '../../src/app/servers/reset-state.ts'
import * as resizing from '../../src/app/servers/resize.ts'
import * as shelving from '../../src/app/servers/shelve.ts'
import * as snapshots from '../../src/app/servers/snapshot.ts'
import * as keeping from '../../src/app/servers/soft-delete.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import { problem } from '../../src/lib/problem.ts'
import type { FailurePolicy } from '../../src/operations/resize.ts'
import * as migrations from '../../src/store/compute/migrations.ts'
import { portsOfServer } from '../../src/store/network/ports.ts'
import { pick } from './act.ts'
import type { Act, Asked } from './act.ts'
import { sizeNames } from './sizes.ts'
import { volumeActs } from './volume-acts.ts'

export const acts: Readonly<Record<string, Act>> = {
  resize: {
    weight: 6,
    from: ['active', 'stopped'],
    to: 'resized',
    draw: (random) => ({
      flavor: pick(random, sizeNames),
      policy: pick(random, ['leave', 'rollback', 'usual']),
    }),
    ask: async ({ ctx, tenant, request, id, with: given }) => {
      const flavorRef = given['flavor'] ?? ''
      await resizing.resize(ctx, tenant, request, id, { flavorRef, ...policyOf(given) })
    },
  },
  migrate: {
    weight: 3,
    from: ['active', 'stopped'],
    to: 'resized',
    draw: (random, hosts) => ({
      ...(random.below(2) === 0 ? {} : { host: `host${1 + random.below(hosts)}` }),
      policy: pick(random, ['leave', 'rollback', 'usual']),
    }),
    ask: async ({ ctx, admin, request, id, with: given }) => {
      const host = given['host'] ?? null
      await resizing.migrate(ctx, admin, request, id, { host, ...policyOf(given) })
    },
  },
  confirm: {
    weight: 5,
    from: ['resized'],
    to: 'active',
    ask: async ({ ctx, tenant, request, id }) =>
      await resizing.confirmResize(ctx, tenant, request, id),
  },
  revert: {
    weight: 5,
    from: ['resized'],
    to: 'active',
    ask: async ({ ctx, tenant, request, id }) =>
      await resizing.revertResize(ctx, tenant, request, id),
  },
  stop: {
    weight: 2,
    from: ['active'],
    to: 'stopped',
    ask: async ({ ctx, tenant, request, id }) => await power.stop(ctx, tenant, request, id),
  },
  start: {
    weight: 4,
    from: ['stopped'],
    to: 'active',
    ask: async ({ ctx, tenant, request, id }) => await power.start(ctx, tenant, request, id),
  },
  reboot: {
    weight: 2,
    from: ['active'],
    to: null,
    draw: (random) => ({ type: pick(random, ['SOFT', 'HARD']) }),
    ask: async ({ ctx, tenant, request, id, with: given }) =>
      await power.reboot(ctx, tenant, request, id, given['type'] === 'SOFT' ? 'SOFT' : 'HARD'),
  },
  'live-migrate': {
    weight: 4,
    from: ['active', 'paused'],
    to: null,
    draw: (random, hosts) =>
      random.below(2) === 0 ? {} : { host: `host${1 + random.below(hosts)}` },
    ask: async ({ ctx, admin, request, id, with: given }) => {
      const wish = { host: given['host'] ?? null, blockMigration: null }
      await living.liveMigrate(ctx, admin, request, id, wish)
    },
  },
  'abort-live-migration': {
    weight: 2,
    from: ['active', 'paused'],
    to: null,
    ask: async (asked) => {
      const { ctx, admin, request, id } = asked
      const move = await moveOf(asked)
      await living.abortLiveMigration(ctx, admin, request, id, move, { evenWaiting: true })
    },
  },
  'hurry-live-migration': {
    weight: 1,
    from: ['active', 'paused'],
    to: null,
    ask: async (asked) => {
      const { ctx, admin, request, id } = asked
      await living.forceComplete(ctx, admin, request, id, await moveOf(asked))
    },
  },
  snapshot: {
    weight: 1,
    from: ['active', 'stopped', 'paused', 'suspended'],
    to: null,
    ask: async ({ ctx, tenant, request, id }) => {
      await snapshots.createImage(ctx, tenant, request, id, { name: 'a snapshot', metadata: {} })
    },
  },
  backup: {
    weight: 1,
    from: ['active', 'stopped', 'paused', 'suspended'],
    to: null,
    ask: async ({ ctx, admin, request, id }) => {
      const wish = { name: 'a backup', metadata: {}, backupType: 'daily', rotation: 1 }
      await snapshots.createBackup(ctx, admin, request, id, wish)
    },
  },
  plug: {
    weight: 1,
    from: ['active', 'stopped', 'paused'],
    to: null,
    waits: true,
    ask: async ({ ctx, tenant, request, id }) => {
      const wish = { networkId: null, portId: null, address: null, tag: null }
      await plugging.attachInterface(ctx, tenant, request, id, wish)
    },
  },
  unplug: {
    weight: 1,
    from: ['active', 'stopped', 'paused'],
    to: null,
    ask: async ({ ctx, tenant, request, id }) => {
      // What was asked for was the id of a server.
      const [port] = await ctx.store.read((reader) => portsOfServer(reader, id as ServerId))
      if (port === undefined) throw problem('not-found', 'There is nothing to unplug')
      await plugging.detachInterface(ctx, tenant, request, id, port.id)
    },
  },
  pause: {
    weight: 1,
    from: ['active'],
    to: 'paused',
    ask: async ({ ctx, tenant, request, id }) => await pausing.pause(ctx, tenant, request, id),
  },
  unpause: {
    weight: 4,
    from: ['paused'],
    to: 'active',
    ask: async ({ ctx, tenant, request, id }) => await pausing.unpause(ctx, tenant, request, id),
  },
  suspend: {
    weight: 1,
    from: ['active'],
    to: 'suspended',
    ask: async ({ ctx, tenant, request, id }) => await pausing.suspend(ctx, tenant, request, id),
  },
  resume: {
    weight: 4,
    from: ['suspended'],
    to: 'active',
    ask: async ({ ctx, tenant, request, id }) => await pausing.resume(ctx, tenant, request, id),
  },
  rebuild: {
    weight: 1,
    from: ['active', 'stopped'],
    to: null,
    ask: async ({ ctx, tenant, request, id, imageRef }) => {
      await rebuild(ctx, tenant, request, id, { imageRef, adminPass: 'a password' })
    },
  },
  rescue: {
    weight: 1,
    from: ['active', 'stopped'],
    to: 'rescued',
    ask: async ({ ctx, tenant, request, id }) => {
      const wish = { imageRef: null, adminPass: 'a password' }
      await rescuing.rescue(ctx, tenant, request, id, wish)
    },
  },
  unrescue: {
    weight: 4,
    from: ['rescued'],
    to: 'active',
    ask: async ({ ctx, tenant, request, id }) => await rescuing.unrescue(ctx, tenant, request, id),
  },
  shelve: {
    weight: 2,
    from: ['active', 'stopped'],
    to: 'shelved',
    ask: async ({ ctx, tenant, request, id }) => await shelving.shelve(ctx, tenant, request, id),
  },
  offload: {
    weight: 2,
    from: ['shelved'],
    to: null,
    ask: async ({ ctx, admin, request, id }) =>
      await shelving.shelveOffload(ctx, admin, request, id),
  },
  unshelve: {
    weight: 5,
    from: ['shelved'],
    to: 'active',
    ask: async ({ ctx, tenant, request, id }) =>
      await shelving.unshelve(ctx, tenant, request, id, {}),
  },
  evacuate: {
    // Asked for when a host is lost, or thought to be: see the author.
    weight: 0,
    from: [],
    to: null,
    ask: async ({ ctx, admin, request, id, with: given }) => {
      const host = given['host'] ?? ''
      const wish = { host: host === '' ? null : host, leavesStopped: false }
      await evacuating.evacuate(ctx, admin, request, id, wish)
    },
  },
  'reset-state': {
    weight: 0.3,
    from: ['active', 'stopped', 'resized'],
    to: null,
    // Not to active: an operator who says that of a server whose guest is gone says what is not so.
    ask: async ({ ctx, admin, request, id }) => await resetState(ctx, admin, request, id, 'error'),
  },
  'put-aside': {
    weight: 3,
    from: ['active', 'stopped', 'resized', 'paused', 'suspended', 'rescued', 'shelved'],
    to: 'aside',
    keeps: true,
    ask: async ({ ctx, tenant, request, id }) => await deleting.remove(ctx, tenant, request, id),
  },
  restore: {
    weight: 4,
    from: ['aside'],
    to: 'active',
    keeps: true,
    ask: async ({ ctx, tenant, request, id }) => await keeping.restore(ctx, tenant, request, id),
  },
  delete: {
    weight: 3,
    from: ['active', 'stopped', 'resized', 'paused', 'suspended', 'rescued', 'shelved', 'aside'],
    to: 'gone',
    ask: async ({ ctx, tenant, request, id }) => {
      const how = ctx.settings.reclaimAfterMs > 0 ? 'forceDelete' : 'delete'
      await deleting.remove(ctx, tenant, request, id, how)
    },
  },
  ...volumeActs,
}

async function moveOf({ ctx, id }: Asked): Promise<string> {
  // What was asked for was the id of a server.
  const move = await ctx.store.read((reader) => migrations.openOf(reader, id as ServerId))
  if (move === null) throw problem('not-found', 'The server does not move')
  return move.id
}

function policyOf(given: Readonly<Record<string, string>>): { readonly policy?: FailurePolicy } {
  const policy = given['policy']
  return policy === 'leave' || policy === 'rollback' ? { policy } : {}
}
