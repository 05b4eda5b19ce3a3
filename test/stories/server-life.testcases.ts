/** The life of a server at every version at which something of it changes: every step succeeds, and what it answers is Nova's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newServer, serverLife } from './server-life.ts'
import type { Setting } from './server-life.ts'
import { computeApi } from '../support/compute-api.ts'
import type { Caller, ComputeApi } from '../support/compute-api.ts'
import { addImage, addNetwork } from '../support/compute-surroundings.ts'
import { volume } from '../support/volumes.ts'

/** Versions at which creating a server, or an action of one, takes another form or answers another document. */
const versions = [
  1, 9, 14, 19, 25, 26, 32, 33, 37, 42, 45, 47, 49, 52, 54, 56, 57, 63, 67, 68, 70, 71, 73, 74, 75,
  77, 79, 85, 90, 91, 94, 95, 96, 98, 100, 101, 104,
]

/** By its owner at each of them; by the others who may, in the newest words and in the oldest. */
const lives: readonly { readonly at: number; readonly by: Caller }[] = [
  ...versions.map((at) => ({ at, by: 'member' as const })),
  ...[1, 104].flatMap((at) => (['manager', 'admin'] as const).map((by) => ({ at, by }))),
]

export function serverLifeCases(): void {
  for (const { at, by } of lives) {
    test(`a server lives through everything at 2.${at}, by a ${by}`, async (t) => {
      // Only whoever asks for it takes a shelved server off its host.
      const api = await computeApi(t, { settings: { offloadAfterMs: null } })
      const common = await surroundings(api)
      const made = await api.ask('POST', '/servers', {
        as: 'admin',
        at,
        body: newServer(common, at),
      })
      assert.equal(made.status, 202, JSON.stringify(made.body))
      await api.cloud.settled()
      const server: string = made.body.server.id
      for (const step of serverLife) {
        if (at < (step.from ?? 1) || at > (step.until ?? Infinity)) continue
        const host = (await api.cloud.server(server as never)).host ?? 'host1'
        const [here, there] = host === 'host1' ? ['host1', 'host2'] : ['host2', 'host1']
        // A live migration goes to where the server is not.
        const moves = step.title === 'os-migrateLive'
        const of = { ...common, server, here: moves ? there : here, there: moves ? here : there }
        const { status, body } = await api.ask(step.method, `/servers/${server}${step.path(of)}`, {
          as: step.as ?? by,
          at,
          ...(step.body === undefined ? {} : { body: step.body(of, at) }),
        })
        const due = typeof step.status === 'number' ? step.status : step.status(at)
        assert.equal(status, due, `${step.title}: ${JSON.stringify(body)}`)
        await api.cloud.settled()
      }
      const gone = await api.ask('GET', `/servers/${server}`, { at })
      assert.equal(gone.status, 404)
    })
  }
}

async function surroundings(api: ComputeApi): Promise<Omit<Setting, 'server'>> {
  const { now, cloud } = api
  for (const [id, vcpus] of [
    ['1', 1],
    ['2', 2],
  ] as const) {
    const flavor = { id, name: `flavor-${id}`, ram: 512, disk: 1, vcpus }
    assert.equal((await now('POST', '/flavors', { as: 'admin', body: { flavor } })).status, 200)
  }
  const group = { security_group: { name: 'web', description: 'the web' } }
  assert.equal((await api.ask('POST', '/os-security-groups', { body: group })).status, 200)
  return {
    here: 'host1',
    there: 'host2',
    flavor: '2',
    image: await addImage(api),
    volume: await volume(cloud),
    network: await addNetwork(api),
  }
}
