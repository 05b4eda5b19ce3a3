/** `/os-volume-transfer`, and `/volume-transfers` where snapshots may stay behind. */
import {
  getTransfer,
  listTransfers,
  offerVolume,
  takeVolume,
  withdrawOffer,
} from '../../app/volume/transfers.ts'
import type { VolumeTransfer } from '../../domain/volume/transfer.ts'
import { neededText } from '../http/fields.ts'
import { flagOf, textOf } from './body.ts'
import { wholeOrOwn } from './call.ts'
import type { Answer, Call, VolumeRoute } from './call.ts'
import { pageOf } from './listing.ts'
import type { Feature } from './versions.ts'
import { instantView, linksOf } from './views.ts'

type View = Readonly<Record<string, unknown>>

export const transferRoutes: readonly VolumeRoute[] = [
  ...routesAt('/os-volume-transfer'),
  ...routesAt('/volume-transfers', 'transferSnapshots'),
]

function routesAt(path: string, since?: Feature): readonly VolumeRoute[] {
  const at = since === undefined ? {} : { since }
  const hasSnapshots = since !== undefined
  const whole = (transfer: VolumeTransfer, call: Call): View => ({
    ...brief(transfer, call, path),
    created_at: instantView(transfer.createdAt),
    ...(hasSnapshots ? { no_snapshots: !transfer.withSnapshots } : {}),
    ...(hasSnapshots && call.api.has('transferProjects')
      ? {
          source_project_id: transfer.projectId,
          destination_project_id: null,
          accepted: false,
        }
      : {}),
  })
  const listed = async (call: Call, view: typeof whole, own: string): Promise<Answer> => {
    const found = await listTransfers(call.ctx, call.who, wholeOrOwn(call))
    const views = found.map((each) => view(each, call))
    return { status: 200, body: pageOf('transfers', own, views, call) }
  }
  const routes: readonly VolumeRoute[] = [
    {
      method: 'GET',
      path,
      handler: async (call) => await listed(call, (each, asked) => brief(each, asked, path), path),
    },
    {
      method: 'GET',
      path: `${path}/detail`,
      handler: async (call) => await listed(call, whole, `${path}/detail`),
    },
    {
      method: 'POST',
      path,
      handler: async (call) => {
        const body = call.within('transfer')
        const staying = hasSnapshots ? (flagOf(body, 'no_snapshots') ?? false) : false
        const { transfer, key } = await offerVolume(call.ctx, call.who, {
          volumeId: neededText(body, 'volume_id'),
          name: textOf(body, 'name'),
          withSnapshots: !staying,
        })
        return { status: 202, body: { transfer: { ...whole(transfer, call), auth_key: key } } }
      },
    },
    {
      method: 'GET',
      path: `${path}/{id}`,
      handler: async (call) => {
        const transfer = await getTransfer(call.ctx, call.who, call.param('id'))
        return { status: 200, body: { transfer: whole(transfer, call) } }
      },
    },
    {
      method: 'POST',
      path: `${path}/{id}/accept`,
      handler: async (call) => {
        const key = neededText(call.within('accept'), 'auth_key')
        const transfer = await takeVolume(call.ctx, call.who, call.param('id'), key)
        return { status: 202, body: { transfer: brief(transfer, call, path) } }
      },
    },
    {
      method: 'DELETE',
      path: `${path}/{id}`,
      handler: async ({ ctx, who, param }) => {
        await withdrawOffer(ctx, who, param('id'))
        return { status: 202 }
      },
    },
  ]
  return routes.map((route) => ({ ...route, ...at }))
}

function brief({ id, name, volumeId }: VolumeTransfer, { base }: Call, path: string): View {
  return { id, name, volume_id: volumeId, links: linksOf(base, `${path}/${id}`) }
}
