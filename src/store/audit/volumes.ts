/** Volumes, their attachments, servers and charges, where they contradict each other. */
import { sql } from 'kysely'
import type { VolumeId } from '../../domain/ids.ts'
import { attachable, statusWith } from '../../domain/volume/volume.ts'
import type { AttachmentState, VolumeStatus } from '../../domain/volume/volume.ts'
import type { Reader } from '../store.ts'

export type WrongAttachment = {
  readonly server: string
  readonly volume: string
  readonly host: string | null
  readonly attached: string | null
  readonly state: string | null
}

/**
 * Disks of idle servers that are not attached to the host of their server, or, when it is on none, not kept for it. What was
 * never made belongs to a server that was never built.
 */
export async function wrongAttachments(reader: Reader): Promise<readonly WrongAttachment[]> {
  return await reader
    .selectFrom('server_volumes')
    .innerJoin('servers', 'servers.id', 'server_volumes.server_id')
    .leftJoin('volume_attachments', 'volume_attachments.id', 'server_volumes.attachment_id')
    .leftJoin('sagas', (join) =>
      join
        .on('sagas.active', '=', 1)
        .on((e) => e('sagas.subject', '=', sql<string>`'server/' || ${e.ref('servers.id')}`)),
    )
    .select([
      'servers.id as server',
      'server_volumes.device as volume',
      'servers.host',
      'volume_attachments.host as attached',
      'volume_attachments.state',
    ])
    .where('sagas.id', 'is', null)
    .where('servers.task_state', 'is', null)
    .where((e) =>
      e.not(
        e.or([
          e.and([
            e('servers.host', 'is not', null),
            e('volume_attachments.host', '=', e.ref('servers.host')),
            e('volume_attachments.state', '=', 'attached'),
          ]),
          e.and([
            e('servers.host', 'is', null),
            e('volume_attachments.host', 'is', null),
            // What a server is given on the shelf is attached to it at once, and to no host.
            e('volume_attachments.state', 'in', ['reserved', 'attached']),
          ]),
          e.and([e('servers.host', 'is', null), e('server_volumes.volume_id', 'is', null)]),
        ]),
      ),
    )
    .execute()
}

/** Attachments of Compute's servers that are no more. */
export async function attachmentsOfTheDead(
  reader: Reader,
): Promise<readonly { readonly attachment: string; readonly server: string | null }[]> {
  return await reader
    .selectFrom('volume_attachments')
    .innerJoin('servers', 'servers.id', 'volume_attachments.server_id')
    .select(['volume_attachments.id as attachment', 'servers.id as server'])
    .where('servers.alive', 'is', null)
    .execute()
}

export type WrongStatus = {
  readonly volume: string
  readonly status: string
  readonly due: VolumeStatus
}

/** Volumes that do not do what their attachments say. What somebody else said that they do is not asked. */
export async function wrongStatuses(reader: Reader): Promise<readonly WrongStatus[]> {
  const rows = await reader
    .selectFrom('volumes')
    .leftJoin('volume_attachments', 'volume_attachments.volume_id', 'volumes.id')
    .select(['volumes.id', 'volumes.status', 'volume_attachments.state'])
    .where('volumes.status', 'in', [...attachable])
    .execute()
  return [...Map.groupBy(rows, ({ id }) => id)].flatMap(([volume, of]) => {
    // The column holds what `attachments` writes.
    const due = statusWith(of.flatMap(({ state }) => (state ?? []) as AttachmentState[]))
    const status = of[0]?.status ?? ''
    return status === due ? [] : [{ volume, status, due }]
  })
}

export type WrongVolumeCharge = {
  readonly project: string
  readonly resource: 'gigabytes' | 'snapshots' | 'volumes'
  readonly charged: number
  readonly sum: number
}

/** Projects that are charged for other volumes and snapshots than they have. */
export async function wrongVolumeCharges(reader: Reader): Promise<readonly WrongVolumeCharge[]> {
  const due = new Map<string, { volumes: number; snapshots: number; gigabytes: number }>()
  const of = (project: string): { volumes: number; snapshots: number; gigabytes: number } => {
    const found = due.get(project) ?? { volumes: 0, snapshots: 0, gigabytes: 0 }
    due.set(project, found)
    return found
  }
  const charges = await reader.selectFrom('volume_usages').selectAll().execute()
  const charged = new Map(charges.map((row) => [row.project_id, row]))
  for (const { project_id } of charges) of(project_id)
  for (const kind of ['volumes', 'volume_snapshots'] as const) {
    const rows = await reader
      .selectFrom(kind)
      .select((e) => [
        'project_id',
        e.fn.countAll<number>().as('count'),
        e.fn.sum<number>('size_gb').as('size'),
      ])
      .groupBy('project_id')
      .execute()
    for (const { project_id, count, size } of rows) {
      const sums = of(project_id)
      sums[kind === 'volumes' ? 'volumes' : 'snapshots'] += Number(count)
      sums.gigabytes += Number(size)
    }
  }
  return [...due].flatMap(([project, sums]) =>
    (['volumes', 'snapshots', 'gigabytes'] as const).flatMap((resource) => {
      const has = charged.get(project)?.[resource] ?? 0
      return has === sums[resource]
        ? []
        : [{ project, resource, charged: has, sum: sums[resource] }]
    }),
  )
}

/** The volumes that are kept for or attached to each server, whoever said so. */
export async function volumesOfServers(
  reader: Reader,
): Promise<ReadonlyMap<string, ReadonlySet<VolumeId>>> {
  const rows = await reader
    .selectFrom('volume_attachments')
    .select(['server_id', 'volume_id'])
    .where('server_id', 'is not', null)
    .execute()
  const found = new Map<string, Set<VolumeId>>()
  for (const { server_id: server, volume_id: volume } of rows) {
    if (server === null) continue
    const volumes = found.get(server) ?? new Set()
    // The column holds ids of volumes.
    found.set(server, volumes.add(volume as VolumeId))
  }
  return found
}
