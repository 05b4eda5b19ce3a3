/** `/volumes`: records of volumes and their metadata. */
import { createVolume } from '../../app/volume/creating.ts'
import type { VolumeWish } from '../../app/volume/creating.ts'
import { deleteVolume, describe, getVolume, listVolumes } from '../../app/volume/volumes.ts'
import type { VolumeShown } from '../../app/volume/volumes.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { flagOf, isSaid, pairsOf, sizeOf, textOf } from './body.ts'
import { wholeOrOwn } from './call.ts'
import type { Answer, Call, VolumeRoute } from './call.ts'
import { pageOf } from './listing.ts'
import type { Api } from './versions.ts'
import { linksOf, madeVolumeView, volumeView } from './views.ts'

export const volumeRoutes: readonly VolumeRoute[] = [
  { method: 'GET', path: '/volumes', handler: async (call) => await listed(call, false) },
  { method: 'GET', path: '/volumes/detail', handler: async (call) => await listed(call, true) },
  { method: 'GET', path: '/volumes/summary', since: 'summary', handler: summary },
  { method: 'POST', path: '/volumes', handler: create },
  {
    method: 'GET',
    path: '/volumes/{id}',
    handler: async (call) => shown(call, await getVolume(call.ctx, call.who, call.param('id'))),
  },
  { method: 'PUT', path: '/volumes/{id}', handler: update },
  { method: 'DELETE', path: '/volumes/{id}', handler: remove },
  {
    method: 'GET',
    path: '/volumes/{id}/metadata',
    handler: async ({ ctx, who, param }) => {
      const { volume } = await getVolume(ctx, who, param('id'))
      return { status: 200, body: { metadata: volume.metadata } }
    },
  },
  {
    method: 'POST',
    path: '/volumes/{id}/metadata',
    handler: async (call) => {
      const added = pairsOf(call.body(), 'metadata')
      return await withMetadata(call, (known) => ({ ...known, ...added }))
    },
  },
  {
    method: 'PUT',
    path: '/volumes/{id}/metadata',
    handler: async (call) => {
      const whole = pairsOf(call.body(), 'metadata')
      return await withMetadata(call, () => whole)
    },
  },
  {
    method: 'GET',
    path: '/volumes/{id}/metadata/{key}',
    handler: async ({ ctx, who, param }) => {
      const { volume } = await getVolume(ctx, who, param('id'))
      const key = param('key')
      return { status: 200, body: { meta: { [key]: valueOf(volume.metadata, key) } } }
    },
  },
  {
    method: 'PUT',
    path: '/volumes/{id}/metadata/{key}',
    handler: async (call) => {
      const pair = pairAt(call)
      await describe(call.ctx, call.who, call.param('id'), ({ metadata }) => ({
        metadata: { ...metadata, ...pair },
      }))
      return { status: 200, body: { meta: pair } }
    },
  },
  {
    method: 'DELETE',
    path: '/volumes/{id}/metadata/{key}',
    handler: async ({ ctx, who, param }) => {
      await describe(ctx, who, param('id'), ({ metadata }) => {
        const { [param('key')]: _, ...rest } = metadata
        valueOf(metadata, param('key'))
        return { metadata: rest }
      })
      return { status: 200 }
    },
  },
]

async function listed(call: Call, whole: boolean): Promise<Answer> {
  const found = await listVolumes(call.ctx, call.who, wholeOrOwn(call))
  const views = found.map((each) => volumeView(each, call))
  const path = whole ? '/volumes/detail' : '/volumes'
  const brief = (view: (typeof views)[number]): (typeof views)[number] => ({
    id: view['id'],
    name: view['name'],
    links: linksOf(call.base, `/volumes/${String(view['id'])}`),
  })
  return { status: 200, body: pageOf('volumes', path, views, call, whole ? undefined : brief) }
}

async function summary(call: Call): Promise<Answer> {
  const found = await listVolumes(call.ctx, call.who, wholeOrOwn(call))
  const total = found.reduce((sum, { volume }) => sum + volume.sizeGb, 0)
  const body = { 'volume-summary': { total_count: found.length, total_size: total, metadata: {} } }
  return { status: 200, body }
}

async function create(call: Call): Promise<Answer> {
  const made = await createVolume(call.ctx, call.who, wishOf(call.within('volume'), call.api))
  // It is told as it is asked for: whoever waits for it finds it made.
  const shownAs: VolumeShown = {
    ...made,
    volume: { ...made.volume, status: 'creating' },
    attachments: [],
  }
  return { status: 202, body: { volume: madeVolumeView(shownAs, call) } }
}

function wishOf(body: JsonObject, api: Api): VolumeWish {
  return {
    name: nameOf(body),
    description: textOf(body, isSaid(body, 'description') ? 'description' : 'display_description'),
    sizeGb: sizeOf(body, 'size'),
    typeRef: textOf(body, 'volume_type'),
    zone: textOf(body, 'availability_zone'),
    metadata: pairsOf(body, 'metadata'),
    multiattach: flagOf(body, 'multiattach') ?? false,
    source: sourceOf(body, api),
  }
}

function sourceOf(body: JsonObject, api: Api): VolumeWish['source'] {
  const sources = [
    { kind: 'snapshot', id: textOf(body, 'snapshot_id') },
    { kind: 'volume', id: textOf(body, 'source_volid') },
    { kind: 'backup', id: api.has('volumesFromBackups') ? textOf(body, 'backup_id') : null },
    { kind: 'image', id: textOf(body, 'imageRef') ?? textOf(body, 'image_id') },
  ] as const
  for (const { kind, id } of sources) if (id !== null && id !== '') return { kind, id }
  return { kind: 'blank' }
}

function nameOf(body: JsonObject): string | null {
  return textOf(body, isSaid(body, 'name') ? 'name' : 'display_name')
}

async function update(call: Call): Promise<Answer> {
  const body = call.within('volume')
  const known = ['name', 'display_name', 'description', 'display_description', 'metadata']
  if (!known.some((name) => isSaid(body, name))) {
    throw problem(
      'invalid',
      'Invalid input received: At least one valid field is required to update.',
    )
  }
  const word = isSaid(body, 'description') ? 'description' : 'display_description'
  const change = {
    ...(isSaid(body, 'name') || isSaid(body, 'display_name') ? { name: nameOf(body) } : {}),
    ...(isSaid(body, word) ? { description: textOf(body, word) } : {}),
    ...(isSaid(body, 'metadata') ? { metadata: pairsOf(body, 'metadata') } : {}),
  }
  const volume = await describe(call.ctx, call.who, call.param('id'), () => change)
  return { status: 200, body: { volume: madeVolumeView(volume, call) } }
}

async function remove(call: Call): Promise<Answer> {
  const { ctx, who, query, api, param } = call
  const says = (name: string): boolean => /^(?:1|true|yes)$/i.test(query.get(name) ?? '')
  const force = api.has('forcedDelete') && says('force')
  await deleteVolume(ctx, who, param('id'), { cascade: says('cascade'), force })
  return { status: 202 }
}

async function withMetadata(
  { ctx, who, param }: Call,
  make: (known: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): Promise<Answer> {
  const { volume } = await describe(ctx, who, param('id'), ({ metadata }) => ({
    metadata: make(metadata),
  }))
  return { status: 200, body: { metadata: volume.metadata } }
}

/** The one pair of the body, whose key is the one of the path. @throws `invalid` */
export function pairAt(call: Call): Readonly<Record<string, string>> {
  const pair = pairsOf(call.body(), 'meta')
  if (Object.keys(pair).length !== 1 || !Object.hasOwn(pair, call.param('key'))) {
    throw problem('invalid', 'Request body and URI mismatch')
  }
  return pair
}

/** @throws `not-found` when there is no such key. */
export function valueOf(pairs: Readonly<Record<string, string>>, key: string): string {
  const value = Object.hasOwn(pairs, key) ? pairs[key] : undefined
  if (value === undefined) throw problem('not-found', `Metadata item was not found`, { key })
  return value
}

function shown(call: Call, volume: VolumeShown): Answer {
  return { status: 200, body: { volume: volumeView(volume, call) } }
}
