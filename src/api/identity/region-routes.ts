/** `/v3/regions`: the one where everything runs that runs here, and what operators add. */
import * as catalog from '../../app/identity/catalog.ts'
import { ownRegion } from '../../domain/catalog.ts'
import type { RegionRecord } from '../../domain/catalog.ts'
import type { JsonObject } from '../../lib/json.ts'
import { bad, neededObject, sent, text, textOrNull } from '../http/fields.ts'
import type { TextRule } from '../http/fields.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { idOf, linksOf, page } from './asked.ts'
import type { Ask } from './asked.ts'
import { regionView } from './catalog.ts'
import { extraIn } from './kept-fields.ts'

/** An id is a part of an address. */
const idRule: TextRule = { max: 255, pattern: /^[^/]*$/ }

export function regionRoutes(api: IdentityApi): readonly IdentityRoute[] {
  const show = (region: RegionRecord, ask: Ask, status: number) => ({
    status,
    body: { region: regionView(region, linksOf(ask)) },
  })
  const everywhere = async (): Promise<readonly RegionRecord[]> => [
    { id: ownRegion, description: '', parentId: null, extra: {} },
    ...(await catalog.readRegions(api.ctx)),
  ]
  const create = async (ask: Ask, id: string | null) => {
    const body = neededObject(ask.body(), 'region')
    const wanted = {
      id,
      description: textOrNull(body, 'description') ?? '',
      parentId: parentIn(body) ?? null,
      ...extraIn('region', body),
    }
    return show(await catalog.createRegion(api, ask.who.who, wanted), ask, 201)
  }
  return [
    [
      'GET',
      '/v3/regions',
      async (ask) => {
        const parent = ask.request.query.get('parent_region_id')
        const all = await everywhere()
        return page(
          ask,
          'regions',
          all
            .filter(({ parentId }) => parent === null || parentId === parent)
            .map((each) => regionView(each, linksOf(ask))),
        )
      },
    ],
    [
      'GET',
      '/v3/regions/{id}',
      async (ask) => {
        const found = (await everywhere()).find(({ id }) => id === idOf(ask))
        if (found === undefined) throw catalog.missing('region', idOf(ask))
        return show(found, ask, 200)
      },
    ],
    [
      'POST',
      '/v3/regions',
      async (ask) => {
        const id = text(neededObject(ask.body(), 'region'), 'id', idRule)
        return await create(ask, id === undefined || id === '' ? null : id)
      },
    ],
    [
      'PUT',
      '/v3/regions/{id}',
      async (ask) => {
        const said = text(neededObject(ask.body(), 'region'), 'id', idRule) ?? idOf(ask)
        if (said !== idOf(ask)) throw bad('id', 'it must be that of the address')
        return await create(ask, idOf(ask))
      },
    ],
    [
      'PATCH',
      '/v3/regions/{id}',
      async (ask) => {
        const body = neededObject(ask.body(), 'region')
        const description = textOrNull(body, 'description')
        const change = sent({
          description: description === null ? '' : description,
          parentId: parentIn(body),
          ...extraIn('region', body),
        })
        return show(await catalog.updateRegion(api, ask.who.who, idOf(ask), change), ask, 200)
      },
    ],
    [
      'DELETE',
      '/v3/regions/{id}',
      async (ask) => {
        await catalog.deleteRegion(api, ask.who.who, idOf(ask))
        return { status: 204 }
      },
    ],
  ]
}

function parentIn(body: JsonObject): string | null | undefined {
  const parent = textOrNull(body, 'parent_region_id', idRule)
  return parent === '' ? null : parent
}
