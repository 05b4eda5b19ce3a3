/** Access rules of application credentials: what they let pass, and that there is no way round them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openServices } from '../../../test/support/services.ts'
import { openEmbedded, testDatabases } from '../../../test/support/stores.ts'
import type { Store } from '../../store/store.ts'

const v3 = '/identity/v3'
const rule = (path: string, method = 'GET', service = 'identity') => ({ service, method, path })
const everything = { answer: async () => ({ status: 200, body: {} }) }

async function cloudWithRobot(t: TestContext, store: Store) {
  const services = await openServices(t, store, {
    mounts: async () => [
      { mount: '/compute', service: everything },
      { mount: '/berth/v1', service: everything },
    ],
  })
  const admin = await services.as('admin')
  const user = services.seeded.users.admin
  const path = `${v3}/users/${user}`
  const create = async (fields: object) =>
    await admin('POST', `${path}/application_credentials`, {
      body: { application_credential: { name: 'robot', ...fields } },
    })
  /** Asks with a token of the credential. */
  const robotOf = async ({ id, secret }: { id: string; secret: string }) => {
    const identity = { methods: ['application_credential'], application_credential: { id, secret } }
    const login = await services.ask('POST', `${v3}/auth/tokens`, { body: { auth: { identity } } })
    assert.equal(login.status, 201, login.text)
    const token = login.headers.get('x-subject-token') ?? ''
    const ask = async (method: string, where: string, body?: unknown, as = token) =>
      await services.ask(method, where, { body, headers: { 'X-Auth-Token': as } })
    return { ask, token, login }
  }
  return { ...services, admin, path, create, robotOf }
}

for (const { name, open } of testDatabases()) {
  test(`${name}: rules are told, kept for further credentials, and not deleted while one has them`, async (t) => {
    const { admin, path, create } = await cloudWithRobot(t, await open(t))
    const asked = [rule('/v3/users'), rule('/v2.1/servers/{id}', 'PUT', 'compute')]
    const made = (await create({ access_rules: asked })).body.application_credential
    assert.deepEqual(
      made.access_rules.map(({ id: _, ...rest }: { id: string }) => rest),
      asked,
    )
    const listed = (await admin('GET', `${path}/access_rules`)).body.access_rules
    assert.equal(listed.length, 2)
    const again = await create({ name: 'second', access_rules: [asked[0], { id: listed[0].id }] })
    assert.equal(again.status, 201, again.text)
    assert.equal((await admin('GET', `${path}/access_rules`)).body.access_rules.length, 2)
    const one = `${path}/access_rules/${made.access_rules[0].id}`
    assert.equal((await admin('GET', one)).body.access_rule.path, '/v3/users')
    assert.equal((await admin('DELETE', one)).status, 403)
    for (const { id } of [made, again.body.application_credential]) {
      await admin('DELETE', `${path}/application_credentials/${id}`)
    }
    assert.equal((await admin('DELETE', one)).status, 204)
    assert.equal((await admin('GET', one)).status, 404)
  })
}

test('a token of a credential with rules passes where one lets it, in that service, and nowhere else', async (t) => {
  const { create, robotOf } = await cloudWithRobot(t, await openEmbedded(t))
  const rules = [rule('/v3/users'), rule('/v2.1/servers/*', 'GET', 'compute')]
  const { body } = await create({ access_rules: rules })
  const { ask, token, login } = await robotOf(body.application_credential)
  assert.equal(login.body.token.application_credential.access_rules.length, 2)
  const status = async (method: string, path: string): Promise<number> =>
    (await ask(method, path)).status
  assert.equal(await status('GET', `${v3}/users`), 200)
  assert.equal(await status('GET', '/compute/v2.1/servers/x'), 200)
  for (const [method, path] of [
    ['HEAD', `${v3}/users`],
    ['POST', `${v3}/users`],
    ['GET', `${v3}/users/`],
    ['GET', `${v3}/projects`],
    ['GET', '/compute/v2.1/servers'],
    ['GET', '/compute/v2.1/servers/x/ips'],
    ['GET', '/compute/v2.1/servers/x%2Fips'],
    ['DELETE', '/compute/v2.1/servers/x'],
    ['GET', '/compute/v3/users'],
    ['GET', '/berth/v1/hosts'],
    ['GET', '/berth/v1/v3/users'],
  ] as const) {
    assert.equal(await status(method, path), 401, `${method} ${path}`)
  }
  // It may always be looked at, and what it is exchanged for has the same rules.
  const identity = { methods: ['token'], token: { id: token } }
  const next = await ask('POST', `${v3}/auth/tokens`, { auth: { identity } }, '')
  assert.equal(next.status, 201)
  const exchanged = next.headers.get('x-subject-token') ?? ''
  assert.equal((await ask('GET', `${v3}/users`, undefined, exchanged)).status, 200)
  assert.equal((await ask('GET', `${v3}/projects`, undefined, exchanged)).status, 401)
})

test('a credential with rules makes no other that has none, even where a rule lets it ask', async (t) => {
  const { create, robotOf, path } = await cloudWithRobot(t, await openEmbedded(t))
  const { body } = await create({ unrestricted: true, access_rules: [rule('/**', 'POST')] })
  const { ask } = await robotOf(body.application_credential)
  const more = { application_credential: { name: 'free', unrestricted: true } }
  assert.equal((await ask('POST', `${path}/application_credentials`, more)).status, 403)
})

test('rules that are none are refused, as are those of somebody else', async (t) => {
  const { as, create, admin, path } = await cloudWithRobot(t, await openEmbedded(t))
  for (const wrong of [
    rule('v3/users'),
    rule('/v3/{users'),
    rule('/v3', 'LIST'),
    { service: 'identity', method: 'GET' },
  ]) {
    assert.equal((await create({ access_rules: [wrong] })).status, 400, JSON.stringify(wrong))
  }
  const many = Array.from({ length: 33 }, (_, at) => rule(`/v3/${at}`))
  assert.equal((await create({ access_rules: many })).status, 400)
  await create({ access_rules: [rule('/v3/users')] })
  const [{ id }] = (await admin('GET', `${path}/access_rules`)).body.access_rules
  const demo = await as('demo')
  assert.equal((await demo('GET', `${path}/access_rules`)).status, 403)
  assert.equal((await demo('GET', `${path}/access_rules/${id}`)).status, 403)
  assert.equal((await demo('DELETE', `${path}/access_rules/${id}`)).status, 403)
})
