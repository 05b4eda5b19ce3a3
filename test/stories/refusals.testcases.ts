import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusals } from './refusals.ts'
import { computeApi } from '../support/compute-api.ts'
import { addImage } from '../support/compute-surroundings.ts'
import { furnish } from '../support/furnished-cloud.ts'

export function refusalCases(): void {
  test('errors that are documented come as they are documented', async (t) => {
    const api = await computeApi(t)
    const furnished = await furnish(api)
    const wish = { name: 'locked', flavorRef: furnished.publicFlavor, networks: 'none' }
    const body = { server: { ...wish, imageRef: await addImage(api), metadata: { a: 'b' } } }
    const locked: string = (await api.now('POST', '/servers', { body })).body.server.id
    await api.cloud.settled()
    await api.now('POST', `/servers/${locked}/action`, { as: 'admin', body: { lock: null } })
    const properties = { p: 'q' }
    const publicImage = await addImage(api, { visibility: 'public', properties }, 'admin')
    const wrong: string[] = []
    for (const [due, as, request, asked, at] of refusals({ ...furnished, locked, publicImage })) {
      const [method = '', path = ''] = request.split(' ')
      const more = asked === undefined ? {} : { body: asked }
      const answer = await api.ask(method, path, { as, at: at ?? 'latest', ...more })
      const [fault] = Object.values((answer.body ?? {}) as Record<string, { code?: number }>)
      if (answer.status !== due || fault?.code !== due) {
        const what = `${request} ${JSON.stringify(asked)}`
        wrong.push(`${what}: ${answer.status} ${JSON.stringify(answer.body)}, not ${due}`)
      }
    }
    assert.deepEqual(wrong, [])
  })
}
