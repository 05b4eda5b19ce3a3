/** `/snapshots`. */
import {
  createSnapshot,
  deleteSnapshot,
  describeSnapshot,
  getSnapshot,
  listSnapshots,
  reportSnapshot,
  resetSnapshotStatus,
} from '../../app/volume/snapshots.ts'
import { snapshotStatuses } from '../../domain/volume/volume.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { bad, neededText, own } from '../http/fields.ts'
import { actionIn, noSuchAction, oneOf } from './action-routes.ts'
import { flagOf, isSaid, pairsOf, textOf } from './body.ts'
import { wholeOrOwn } from './call.ts'
import type { Answer, Call, VolumeRoute } from './call.ts'
import { pageOf } from './listing.ts'
import { snapshotBrief, snapshotView } from './views.ts'
import { pairAt, valueOf } from './volume-routes.ts'

export const snapshotRoutes: readonly VolumeRoute[] = [
  { method: 'GET', path: '/snapshots', handler: async (call) => await listed(call, false) },
  { method: 'GET', path: '/snapshots/detail', handler: async (call) => await listed(call, true) },
  { method: 'POST', path: '/snapshots', handler: create },
  {
    method: 'GET',
    path: '/snapshots/{id}',
    handler: async (call) => {
      const found = await getSnapshot(call.ctx, call.who, call.param('id'))
      return { status: 200, body: { snapshot: snapshotView(found, call) } }
    },
  },
  { method: 'PUT', path: '/snapshots/{id}', handler: update },
  {
    method: 'DELETE',
    path: '/snapshots/{id}',
    handler: async ({ ctx, who, param }) => {
      await deleteSnapshot(ctx, who, param('id'), false)
      return { status: 202 }
    },
  },
  { method: 'POST', path: '/snapshots/{id}/action', handler: act },
  {
    method: 'GET',
    path: '/snapshots/{id}/metadata',
    handler: async ({ ctx, who, param }) => {
      const { metadata } = await getSnapshot(ctx, who, param('id'))
      return { status: 200, body: { metadata } }
    },
  },
  {
    method: 'POST',
    path: '/snapshots/{id}/metadata',
    handler: async (call) => {
      const added = pairsOf(call.body(), 'metadata')
      return await withMetadata(call, (known) => ({ ...known, ...added }))
    },
  },
  {
    method: 'PUT',
    path: '/snapshots/{id}/metadata',
    handler: async (call) => {
      const whole = pairsOf(call.body(), 'metadata')
      return await withMetadata(call, () => whole)
    },
  },
  {
    method: 'GET',
    path: '/snapshots/{id}/metadata/{key}',
    handler: async ({ ctx, who, param }) => {
      const { metadata } = await getSnapshot(ctx, who, param('id'))
      const key = param('key')
      return { status: 200, body: { meta: { [key]: valueOf(metadata, key) } } }
    },
  },
  {
    method: 'PUT',
    path: '/snapshots/{id}/metadata/{key}',
    handler: async (call) => {
      const pair = pairAt(call)
      await withMetadata(call, (known) => ({ ...known, ...pair }))
      return { status: 200, body: { meta: pair } }
    },
  },
  {
    method: 'DELETE',
    path: '/snapshots/{id}/metadata/{key}',
    handler: async (call) => {
      const key = call.param('key')
      await withMetadata(call, (known) => {
        valueOf(known, key)
        const { [key]: _, ...rest } = known
        return rest
      })
      return { status: 200 }
    },
  },
]

async function listed(call: Call, whole: boolean): Promise<Answer> {
  const found = await listSnapshots(call.ctx, call.who, wholeOrOwn(call))
  const views = found.map((each) => (whole ? snapshotView(each, call) : snapshotBrief(each)))
  const path = whole ? '/snapshots/detail' : '/snapshots'
  return { status: 200, body: pageOf('snapshots', path, views, call) }
}

async function create(call: Call): Promise<Answer> {
  const body = call.within('snapshot')
  // Where nobody has to say so any more, whoever says no is told that it is not for them to say.
  const isForced = call.api.has('snapshotsInUse')
  const force = flagOf(body, 'force')
  if (isForced && force === false) {
    throw problem('invalid', "Invalid value 'False' for 'force': it is not used any more.")
  }
  const made = await createSnapshot(call.ctx, call.who, {
    volumeId: volumeIn(body),
    name: textOf(body, isSaid(body, 'name') ? 'name' : 'display_name'),
    description: textOf(body, isSaid(body, 'description') ? 'description' : 'display_description'),
    metadata: pairsOf(body, 'metadata'),
    force: isForced || force === true,
  })
  // It is told as it is asked for: whoever waits for it finds it made.
  return { status: 202, body: { snapshot: snapshotBrief({ ...made, status: 'creating' }) } }
}

/** Nothing is the id of no volume. */
function volumeIn(body: JsonObject): string {
  if (own(body, 'volume_id') === null) {
    throw problem('not-found', 'Volume None could not be found.')
  }
  return neededText(body, 'volume_id')
}

async function update(call: Call): Promise<Answer> {
  const body = call.within('snapshot')
  const change = {
    ...(isSaid(body, 'name') ? { name: textOf(body, 'name') } : {}),
    ...(isSaid(body, 'description') ? { description: textOf(body, 'description') } : {}),
  }
  const { ctx, who, param } = call
  const changed = await describeSnapshot(ctx, who, param('id'), () => change)
  return { status: 200, body: { snapshot: snapshotBrief(changed) } }
}

async function act({ ctx, who, param, body }: Call): Promise<Answer> {
  const { name, given } = actionIn(body())
  switch (name) {
    case 'os-reset_status': {
      const status = oneOf(given, 'status', snapshotStatuses)
      if (status === null) throw bad('status', 'it is required')
      await resetSnapshotStatus(ctx, who, param('id'), status)
      return { status: 202 }
    }
    case 'os-update_snapshot_status': {
      const status = oneOf(given, 'status', snapshotStatuses)
      if (status === null) throw bad('status', 'it is required')
      await reportSnapshot(ctx, who, param('id'), { status, progress: progressIn(given) })
      return { status: 202 }
    }
    case 'os-force_delete':
      await deleteSnapshot(ctx, who, param('id'), true)
      return { status: 202 }
    default:
      throw noSuchAction(name)
  }
}

function progressIn(given: JsonObject): string | null {
  const progress = textOf(given, 'progress')
  if (progress === null || /^(?:100|\d{1,2})%$/.test(progress)) return progress
  throw bad('progress', 'it must be a percentage')
}

async function withMetadata(
  { ctx, who, param }: Call,
  make: (known: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): Promise<Answer> {
  const changed = await describeSnapshot(ctx, who, param('id'), ({ metadata }) => ({
    metadata: make(metadata),
  }))
  return { status: 200, body: { metadata: changed.metadata } }
}
