/** `/backups`. */
import {
  createBackup,
  deleteBackup,
  describeBackup,
  getBackup,
  listBackups,
  resetBackupStatus,
  restoreBackup,
} from '../../app/volume/backups.ts'
import type { BackupShown } from '../../app/volume/backups.ts'
import { isAdmin } from '../../domain/identity.ts'
import { backupStatuses } from '../../domain/volume/backup.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { bad, neededText } from '../http/fields.ts'
import { isJsonObject } from '../http/json-body.ts'
import { actionIn, noSuchAction, oneOf } from './action-routes.ts'
import { flagOf, isSaid, pairsOf, textOf } from './body.ts'
import { wholeOrOwn } from './call.ts'
import type { Answer, Call, VolumeRoute } from './call.ts'
import { pageOf } from './listing.ts'
import { instantView, linksOf } from './views.ts'

export const backupRoutes: readonly VolumeRoute[] = [
  { method: 'GET', path: '/backups', handler: async (call) => await listed(call, false) },
  { method: 'GET', path: '/backups/detail', handler: async (call) => await listed(call, true) },
  { method: 'POST', path: '/backups', handler: create },
  {
    method: 'GET',
    path: '/backups/{id}',
    handler: async (call) => {
      const found = await getBackup(call.ctx, call.who, call.param('id'))
      return { status: 200, body: { backup: view(found, call) } }
    },
  },
  { method: 'PUT', path: '/backups/{id}', since: 'backupChanges', handler: update },
  {
    method: 'DELETE',
    path: '/backups/{id}',
    handler: async ({ ctx, who, param }) => {
      await deleteBackup(ctx, who, param('id'), false)
      return { status: 202 }
    },
  },
  { method: 'POST', path: '/backups/{id}/restore', handler: restore },
  { method: 'POST', path: '/backups/{id}/action', handler: act },
]

async function listed(call: Call, whole: boolean): Promise<Answer> {
  const found = await listBackups(call.ctx, call.who, wholeOrOwn(call))
  const views = found.map((each) => view(each, call))
  const path = whole ? '/backups/detail' : '/backups'
  const shorten = ({ id, name }: View): View => brief({ id: String(id), name }, call)
  return { status: 200, body: pageOf('backups', path, views, call, whole ? undefined : shorten) }
}

async function create(call: Call): Promise<Answer> {
  const body = call.within('backup')
  const made = await createBackup(call.ctx, call.who, {
    volumeId: neededText(body, 'volume_id'),
    snapshotId: textOf(body, 'snapshot_id'),
    name: textOf(body, 'name'),
    description: textOf(body, 'description'),
    container: textOf(body, 'container'),
    zone: call.api.has('backupZones') ? textOf(body, 'availability_zone') : null,
    metadata: call.api.has('backupMetadata') ? pairsOf(body, 'metadata') : {},
    incremental: flagOf(body, 'incremental') ?? false,
    force: flagOf(body, 'force') ?? false,
  })
  return { status: 202, body: { backup: brief(made, call) } }
}

async function update(call: Call): Promise<Answer> {
  const body = call.within('backup')
  const { ctx, who, param, api } = call
  const changed = await describeBackup(ctx, who, param('id'), {
    ...(isSaid(body, 'name') ? { name: textOf(body, 'name') } : {}),
    ...(isSaid(body, 'description') ? { description: textOf(body, 'description') } : {}),
    ...(isSaid(body, 'metadata') && api.has('backupMetadata')
      ? { metadata: pairsOf(body, 'metadata') }
      : {}),
  })
  return { status: 200, body: { backup: brief(changed, call) } }
}

async function restore(call: Call): Promise<Answer> {
  const said = call.body()['restore']
  if (said === undefined) throw problem('invalid', "'restore' is a required property")
  const body: JsonObject = isJsonObject(said) ? said : {}
  const id = call.param('id')
  const to = { volumeId: textOf(body, 'volume_id'), name: textOf(body, 'name') }
  const volume = await restoreBackup(call.ctx, call.who, id, to)
  const done = { backup_id: id, volume_id: volume.id, volume_name: volume.name }
  return { status: 202, body: { restore: done } }
}

async function act({ ctx, who, param, body }: Call): Promise<Answer> {
  const { name, given } = actionIn(body())
  switch (name) {
    case 'os-reset_status': {
      const status = oneOf(given, 'status', backupStatuses)
      if (status === null) throw bad('status', 'it is required')
      await resetBackupStatus(ctx, who, param('id'), status)
      return { status: 202 }
    }
    case 'os-force_delete':
      await deleteBackup(ctx, who, param('id'), true)
      return { status: 202 }
    default:
      throw noSuchAction(name)
  }
}

type View = Readonly<Record<string, unknown>>

function brief(of: { readonly id: string; readonly name: unknown }, { base }: Call): View {
  return { id: of.id, name: of.name, links: linksOf(base, `/backups/${of.id}`) }
}

function view(of: BackupShown, call: Call): View {
  const { api, who } = call
  return {
    ...brief(of, call),
    status: of.status,
    size: of.sizeGb,
    object_count: 0,
    availability_zone: of.zone,
    container: of.container,
    created_at: instantView(of.createdAt),
    updated_at: instantView(of.updatedAt),
    description: of.description,
    fail_reason: null,
    volume_id: of.volumeId,
    is_incremental: of.parentId !== null,
    has_dependent_backups: of.hasDependents,
    snapshot_id: of.snapshotId,
    data_timestamp: instantView(of.dataAt),
    ...(api.has('backupMetadata') ? { metadata: of.metadata } : {}),
    ...(api.has('backupProjects') && isAdmin(who)
      ? { 'os-backup-project-attr:project_id': of.projectId }
      : {}),
    ...(api.has('backupUsers') && isAdmin(who) ? { user_id: of.userId } : {}),
  }
}
