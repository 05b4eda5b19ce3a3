/** Trusts: what one user lets another do, that it is no more than that, and that it ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openServices, passwordAuth, passwordOf } from '../../../test/support/services.ts'
import type { Answer } from '../../../test/support/services.ts'
import { openEmbedded, testDatabases } from '../../../test/support/stores.ts'
import { virtualClock } from '../../lib/virtual-clock.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Store } from '../../store/store.ts'

const v3 = '/identity/v3'
const trustsPath = `${v3}/OS-TRUST/trusts`

async function cloudWithTrust(t: TestContext, store: Store, clock?: Clock) {
  const services = await openServices(t, store, clock === undefined ? {} : { clock })
  const { as, ask, seeded } = services
  const admin = await as('admin')
  const { userId: eve } = await services.addMember('eve')
  const trustor = await as('demo')
  const create = async (fields: object = {}, by = trustor): Promise<Answer> =>
    await by('POST', trustsPath, {
      body: {
        trust: {
          trustor_user_id: seeded.users.demo,
          trustee_user_id: eve,
          project_id: seeded.projects.demo,
          impersonation: true,
          roles: [{ name: 'reader' }],
          ...fields,
        },
      },
    })
  const log = async (id: string, user = 'eve'): Promise<Answer> => {
    const scope = { 'OS-TRUST:trust': { id } }
    return await ask('POST', `${v3}/auth/tokens`, {
      body: passwordAuth(user, passwordOf(user), scope),
    })
  }
  const withToken = (login: Answer) => async (method: string, path: string, body?: unknown) =>
    await ask(method, path, {
      body,
      headers: { 'X-Auth-Token': login.headers.get('x-subject-token') ?? '' },
    })
  return { ...services, admin, eve, trustor, create, log, withToken }
}

for (const { name, open } of testDatabases()) {
  test(`${name}: a trustee acts for the trustor with the roles of the trust, until it is taken back`, async (t) => {
    const { create, log, withToken, trustor, seeded, eve } = await cloudWithTrust(t, await open(t))
    const made = await create()
    assert.equal(made.status, 201, made.text)
    const { id, roles } = made.body.trust
    assert.deepEqual(
      roles.map((role: { name: string }) => role.name),
      ['reader'],
    )
    const login = await log(id)
    assert.equal(login.status, 201, login.text)
    const { token } = login.body
    assert.equal(token.user.id, seeded.users.demo)
    assert.equal(token.project.id, seeded.projects.demo)
    assert.deepEqual(
      token.roles.map((role: { name: string }) => role.name),
      ['reader'],
    )
    assert.deepEqual(token['OS-TRUST:trust'], {
      id,
      impersonation: true,
      trustor_user: { id: seeded.users.demo },
      trustee_user: { id: eve },
    })
    const ask = withToken(login)
    assert.equal((await ask('GET', `${trustsPath}/${id}`)).status, 200)
    assert.equal((await trustor('DELETE', `${trustsPath}/${id}`)).status, 204)
    assert.equal((await ask('GET', `${v3}/auth/projects`)).status, 401)
    assert.equal((await log(id)).status, 401)
  })

  test(`${name}: a trust gives as many tokens as it says, and what it gave stays good`, async (t) => {
    const { create, log, withToken } = await cloudWithTrust(t, await open(t))
    const { id } = (await create({ remaining_uses: 1, impersonation: false })).body.trust
    const login = await log(id)
    assert.equal(login.body.token.user.name, 'eve')
    assert.equal((await log(id)).status, 401)
    assert.equal((await withToken(login)('GET', `${v3}/auth/projects`)).status, 200)
  })
}

test('a token of a trust is exchanged for no other, and makes no trusts and no credentials', async (t) => {
  const { create, log, ask, withToken, seeded, eve } = await cloudWithTrust(
    t,
    await openEmbedded(t),
  )
  const { id } = (await create({ roles: [{ name: 'member' }] })).body.trust
  const login = await log(id)
  const text = login.headers.get('x-subject-token')
  const identity = { methods: ['token'], token: { id: text } }
  for (const scope of [{ project: { id: seeded.projects.demo } }, { 'OS-TRUST:trust': { id } }]) {
    const answer = await ask('POST', `${v3}/auth/tokens`, { body: { auth: { identity, scope } } })
    assert.equal(answer.status, 401)
  }
  const as = withToken(login)
  const by = async (method: string, path: string, options: { body?: unknown } = {}) =>
    await as(method, path, options.body)
  assert.equal((await create({}, Object.assign(by, { token: '' }))).status, 403)
  assert.equal((await as('DELETE', `${trustsPath}/${id}`)).status, 403)
  const credentials = `${v3}/users/${seeded.users.demo}/application_credentials`
  const robot = { application_credential: { name: 'robot' } }
  assert.equal((await as('POST', credentials, robot)).status, 403)
  assert.notEqual(eve, seeded.users.demo)
})

test('a trust is made by the trustor, of roles that the trustor has, for somebody who is there', async (t) => {
  const { create, admin, as, seeded, trustor, addMember } = await cloudWithTrust(
    t,
    await openEmbedded(t),
  )
  assert.equal((await create({}, admin)).status, 403)
  assert.equal((await create({ roles: [{ name: 'admin' }] })).status, 404)
  assert.equal((await create({ project_id: seeded.projects.admin })).status, 404)
  assert.equal((await create({ roles: [] })).status, 403)
  assert.equal((await create({ trustee_user_id: 'nobody' })).status, 404)
  assert.equal((await create({ expires_at: '2001-01-01T00:00:00.000000Z' })).status, 400)
  assert.equal((await create({ allow_redelegation: true })).status, 400)
  assert.equal((await create({ impersonation: undefined })).status, 400)
  const { id } = (await create()).body.trust
  await addMember('mallory')
  const mallory = await as('mallory')
  assert.equal((await mallory('GET', `${trustsPath}/${id}`)).status, 403)
  assert.equal((await mallory('DELETE', `${trustsPath}/${id}`)).status, 403)
  assert.equal((await mallory('GET', trustsPath)).status, 403)
  const mine = `${trustsPath}?trustor_user_id=${seeded.users.demo}`
  assert.equal((await mallory('GET', mine)).status, 403)
  assert.equal((await trustor('GET', mine)).body.trusts.length, 1)
  const eve = await as('eve')
  assert.equal((await eve('GET', `${trustsPath}/${id}`)).status, 200)
  assert.equal((await eve('DELETE', `${trustsPath}/${id}`)).status, 403)
  assert.equal((await admin('DELETE', `${trustsPath}/${id}`)).status, 204)
})

test('a trust is for its trustee alone, and ends with the role, the password and the account of either', async (t) => {
  const { create, log, withToken, admin, seeded, eve, addMember } = await cloudWithTrust(
    t,
    await openEmbedded(t),
  )
  await addMember('mallory')
  const { id } = (await create()).body.trust
  assert.equal((await log(id, 'mallory')).status, 401)
  assert.equal((await log(id, 'demo')).status, 401)
  const good = async (login: Answer): Promise<boolean> =>
    (await withToken(login)('GET', `${v3}/auth/projects`)).status === 200
  const setUser = async (user: string, fields: object): Promise<number> =>
    (await admin('PATCH', `${v3}/users/${user}`, { body: { user: fields } })).status
  const first = await log(id)
  assert.equal(await good(first), true)
  await setUser(eve, { password: passwordOf('eve') })
  assert.equal(await good(first), false)
  const second = await log(id)
  await setUser(eve, { enabled: false })
  assert.equal(await good(second), false)
  await setUser(eve, { enabled: true })
  const third = await log(id)
  assert.equal(await good(third), true)
  const [member] = (await admin('GET', `${v3}/roles?name=member`)).body.roles
  const grant = `${v3}/projects/${seeded.projects.demo}/users/${seeded.users.demo}/roles/${member.id}`
  await admin('DELETE', grant)
  assert.equal(await good(third), false)
  assert.equal((await log(id)).status, 401)
})

test('a token ends no later than the trust that it comes from', async (t) => {
  const clock = virtualClock()
  const { create, log, withToken } = await cloudWithTrust(t, await openEmbedded(t), clock)
  const end = new Date(clock.now() + 60_000).toISOString()
  const { id } = (await create({ expires_at: end })).body.trust
  const login = await log(id)
  assert.equal(Date.parse(login.body.token.expires_at), Date.parse(end))
  await clock.advance(60_001)
  assert.equal((await withToken(login)('GET', `${v3}/auth/projects`)).status, 401)
  assert.equal((await log(id)).status, 401)
})
