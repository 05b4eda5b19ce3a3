/** What clients say of accounts is kept, means what it says, and lists are narrowed by it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openServices, passwordAuth, passwordOf } from '../../../test/support/services.ts'
import { openEmbedded, testDatabases } from '../../../test/support/stores.ts'

const v3 = '/identity/v3'
const names = (those: { name: string }[]): string[] => those.map(({ name }) => name)

for (const { name, open } of testDatabases()) {
  test(`${name}: what is said of an account and means nothing is told again, and a change adds to it`, async (t) => {
    const { as } = await openServices(t, await open(t))
    const admin = await as('admin')
    for (const kind of ['user', 'group', 'project', 'domain', 'role']) {
      const said = { name: `one-${kind}`, colour: 'red', links: 'mine', password: 'secret' }
      const made = await admin('POST', `${v3}/${kind}s`, { body: { [kind]: said } })
      assert.equal(made.status, 201, made.text)
      const { id, links } = made.body[kind]
      assert.equal(made.body[kind].colour, 'red')
      assert.equal(made.body[kind].password, undefined)
      assert.match(links.self, new RegExp(`/${kind}s/${id}$`))
      const change = { [kind]: { size: { of: 3 } } }
      assert.equal((await admin('PATCH', `${v3}/${kind}s/${id}`, { body: change })).status, 200)
      const { body } = await admin('GET', `${v3}/${kind}s/${id}`)
      assert.deepEqual([body[kind].colour, body[kind].size], ['red', { of: 3 }])
    }
  })
}

test('lists are narrowed by a part of a name, with and without regard to case', async (t) => {
  const { as } = await openServices(t, await openEmbedded(t))
  const admin = await as('admin')
  for (const name of ['Web-1', 'web-2', 'db-1']) {
    await admin('POST', `${v3}/groups`, { body: { group: { name } } })
  }
  const found = async (query: string): Promise<string[]> =>
    names((await admin('GET', `${v3}/groups?${query}`)).body.groups)
  assert.deepEqual(await found('name__contains=eb'), ['Web-1', 'web-2'])
  assert.deepEqual(await found('name__startswith=web'), ['web-2'])
  assert.deepEqual(await found('name__istartswith=WEB'), ['Web-1', 'web-2'])
  assert.deepEqual(await found('name__endswith=-1&name__icontains=w'), ['Web-1'])
  assert.deepEqual(await found('name__iexact=DB-1'), ['db-1'])
  assert.deepEqual(await found('name__contains=EB'), [])
  assert.equal((await found('name__sounds=web&colour__contains=x')).length, 3)
})

test('what is immutable is neither changed nor deleted before it is made mutable, and options nobody knows are refused', async (t) => {
  const { as } = await openServices(t, await openEmbedded(t))
  const admin = await as('admin')
  const make = async (options: object) =>
    await admin('POST', `${v3}/roles`, { body: { role: { name: 'guard', options } } })
  assert.equal((await make({ invisible: true })).status, 400)
  assert.equal((await make({ immutable: 'yes' })).status, 400)
  const { id } = (await make({ immutable: true })).body.role
  const change = async (role: object) =>
    (await admin('PATCH', `${v3}/roles/${id}`, { body: { role } })).status
  assert.equal(await change({ description: 'x' }), 403)
  assert.equal(await change({ description: 'x', options: { immutable: null } }), 403)
  assert.equal((await admin('DELETE', `${v3}/roles/${id}`)).status, 403)
  assert.equal(await change({ options: { immutable: null } }), 200)
  assert.equal((await admin('DELETE', `${v3}/roles/${id}`)).status, 204)
})

test('a user with rules about factors logs in by enough of them, and one with a locked password keeps it', async (t) => {
  const { as, ask } = await openServices(t, await openEmbedded(t))
  const admin = await as('admin')
  const rules = [['password', 'application_credential'], ['nose']]
  const user = { name: 'eve', password: passwordOf('eve'), options: { lock_password: true } }
  const { id } = (await admin('POST', `${v3}/users`, { body: { user } })).body.user
  const log = async () =>
    await ask('POST', `${v3}/auth/tokens`, { body: passwordAuth('eve', passwordOf('eve')) })
  const set = async (options: object) =>
    await admin('PATCH', `${v3}/users/${id}`, { body: { user: { options } } })
  assert.equal((await log()).status, 201)
  assert.equal((await set({ multi_factor_auth_rules: rules })).status, 200)
  assert.equal((await log()).status, 401)
  await set({ multi_factor_auth_enabled: false })
  assert.equal((await log()).status, 201)
  await set({ multi_factor_auth_enabled: null, multi_factor_auth_rules: [['password', 'nose']] })
  assert.equal((await log()).status, 201)
  const mine = { original_password: passwordOf('eve'), password: 'another-secret' }
  const path = `${v3}/users/${id}/password`
  assert.equal((await ask('POST', path, { body: { user: mine } })).status, 403)
  await set({ lock_password: null })
  assert.equal((await ask('POST', path, { body: { user: mine } })).status, 204)
})
