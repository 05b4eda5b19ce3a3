/** Roles of domains, roles that imply others, and roles that are inherited: what of them reaches a token. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openServices, passwordAuth, passwordOf } from '../../../test/support/services.ts'
import { openEmbedded, testDatabases } from '../../../test/support/stores.ts'
import type { Store } from '../../store/store.ts'

const v3 = '/identity/v3'
const domain = { id: 'default' }

async function cloudWithEve(t: TestContext, store: Store) {
  const services = await openServices(t, store)
  const admin = await services.as('admin')
  const make = async (kind: string, fields: object): Promise<string> => {
    const { status, body, text } = await admin('POST', `${v3}/${kind}s`, {
      body: { [kind]: fields },
    })
    assert.equal(status, 201, text)
    return body[kind].id
  }
  const put = async (path: string): Promise<number> => (await admin('PUT', v3 + path)).status
  const eve = await make('user', { name: 'eve', password: passwordOf('eve') })
  const parent = await make('project', { name: 'parent' })
  const child = await make('project', { name: 'child', parent_id: parent })
  /** The names of the roles of a token of hers; null where she cannot have one. */
  const rolesOn = async (scope: object): Promise<string[] | null> => {
    const answer = await services.ask('POST', `${v3}/auth/tokens`, {
      body: passwordAuth('eve', passwordOf('eve'), scope),
    })
    if (answer.status === 401) return null
    return answer.body.token.roles.map(({ name }: { name: string }) => name)
  }
  return { ...services, admin, make, put, eve, parent, child, rolesOn }
}

for (const { name, open } of testDatabases()) {
  test(`${name}: a role inherited from a project holds in all its parts and not in itself`, async (t) => {
    const { admin, make, put, eve, parent, child, rolesOn } = await cloudWithEve(t, await open(t))
    const grandchild = await make('project', { name: 'grandchild', parent_id: child })
    const role = await make('role', { name: 'watcher' })
    const grant = `/OS-INHERIT/projects/${parent}/users/${eve}/roles/${role}/inherited_to_projects`
    assert.equal(await put(grant), 204)
    assert.equal((await admin('HEAD', v3 + grant)).status, 204)
    assert.equal(await rolesOn({ project: { id: parent } }), null)
    assert.deepEqual(await rolesOn({ project: { id: child } }), ['watcher'])
    assert.deepEqual(await rolesOn({ project: { id: grandchild } }), ['watcher'])
    // It is not what a role given there is.
    const plain = `${v3}/projects/${parent}/users/${eve}/roles/${role}`
    assert.equal((await admin('HEAD', plain)).status, 404)
    assert.equal((await admin('DELETE', plain)).status, 404)
    const list = async (query: string) =>
      (await admin('GET', `${v3}/role_assignments?user.id=${eve}&${query}`)).body.role_assignments
    assert.deepEqual((await list(''))[0].scope, {
      project: { id: parent },
      'OS-INHERIT:inherited_to': 'projects',
    })
    const inEffect = await list('effective')
    assert.deepEqual(
      inEffect
        .map((each: { scope: { project: { id: string } } }) => each.scope.project.id)
        .toSorted(),
      [child, grandchild].toSorted(),
    )
    assert.ok(inEffect[0].links.assignment.endsWith(grant))
    assert.equal((await list(`effective&scope.project.id=${parent}`)).length, 0)
    assert.equal((await list(`include_subtree&scope.project.id=${parent}`)).length, 1)
    assert.equal((await admin('DELETE', v3 + grant)).status, 204)
    assert.equal(await rolesOn({ project: { id: child } }), null)
  })

  test(`${name}: a role inherited from a domain holds in its projects, for those in a group`, async (t) => {
    const { make, put, eve, parent, rolesOn, ask } = await cloudWithEve(t, await open(t))
    const role = await make('role', { name: 'watcher' })
    const group = await make('group', { name: 'watchers' })
    await put(`/groups/${group}/users/${eve}`)
    const path = `/OS-INHERIT/domains/default/groups/${group}/roles/${role}/inherited_to_projects`
    assert.equal(await put(path), 204)
    assert.deepEqual(await rolesOn({ project: { id: parent } }), ['watcher'])
    assert.equal(await rolesOn({ domain }), null)
    const login = await ask('POST', `${v3}/auth/tokens`, {
      body: passwordAuth('eve', passwordOf('eve')),
    })
    const headers = { 'X-Auth-Token': login.headers.get('x-subject-token') ?? '' }
    const mine = await ask('GET', `${v3}/auth/projects`, { headers })
    assert.ok(mine.body.projects.some(({ id }: { id: string }) => id === parent))
    const other = await make('domain', { name: 'elsewhere' })
    const far = await make('project', { name: 'far', domain_id: other })
    assert.equal(await rolesOn({ project: { id: far } }), null)
  })

  test(`${name}: a rule lets a token have what its role implies, until the rule goes`, async (t) => {
    const { admin, make, put, eve, parent, rolesOn } = await cloudWithEve(t, await open(t))
    const prior = await make('role', { name: 'operator' })
    const implied = await make('role', { name: 'auditor' })
    await put(`/projects/${parent}/users/${eve}/roles/${prior}`)
    const rule = `/roles/${prior}/implies/${implied}`
    assert.deepEqual(await rolesOn({ project: { id: parent } }), ['operator'])
    assert.equal(await put(rule), 201)
    assert.equal(await put(rule), 409)
    assert.deepEqual(await rolesOn({ project: { id: parent } }), ['auditor', 'operator'])
    assert.equal((await admin('GET', v3 + rule)).body.role_inference.implies.name, 'auditor')
    assert.equal((await admin('DELETE', v3 + rule)).status, 204)
    assert.equal((await admin('GET', v3 + rule)).status, 404)
    assert.deepEqual(await rolesOn({ project: { id: parent } }), ['operator'])
  })
}

test('nothing implies the role of admins, and only admins make rules', async (t) => {
  const { admin, as, make, put } = await cloudWithEve(t, await openEmbedded(t))
  const roles = (await admin('GET', `${v3}/roles`)).body.roles
  const idOf = (name: string): string =>
    roles.find((role: { name: string }) => role.name === name).id
  const mine = await make('role', { name: 'mine' })
  assert.equal(await put(`/roles/${mine}/implies/${idOf('admin')}`), 403)
  const demo = await as('demo')
  const rule = `${v3}/roles/${idOf('member')}/implies/${mine}`
  assert.equal((await demo('PUT', rule)).status, 403)
  const inherited = `${v3}/OS-INHERIT/domains/default/users/x/roles/${mine}/inherited_to_projects`
  assert.equal((await demo('PUT', inherited)).status, 403)
  assert.equal((await demo('GET', `${v3}/role_inferences`)).status, 403)
})

test('a role of a domain is a name for what it implies: one called admin makes nobody an admin', async (t) => {
  const { admin, ask, make, put, eve, parent, rolesOn } = await cloudWithEve(
    t,
    await openEmbedded(t),
  )
  const local = await make('role', { name: 'admin', domain_id: 'default' })
  assert.equal(await put(`/projects/${parent}/users/${eve}/roles/${local}`), 204)
  assert.equal(await rolesOn({ project: { id: parent } }), null)
  const [reader] = (await admin('GET', `${v3}/roles?name=reader`)).body.roles
  assert.equal(await put(`/roles/${local}/implies/${reader.id}`), 201)
  assert.deepEqual(await rolesOn({ project: { id: parent } }), ['reader'])
  const login = await ask('POST', `${v3}/auth/tokens`, {
    body: passwordAuth('eve', passwordOf('eve'), { project: { id: parent } }),
  })
  const headers = { 'X-Auth-Token': login.headers.get('x-subject-token') ?? '' }
  assert.equal((await ask('GET', `${v3}/users`, { headers })).status, 403)
  // It is told to who asks for its domain, and is for that domain's projects only.
  const listed = async (query: string): Promise<number> =>
    (await admin('GET', `${v3}/roles?name=admin${query}`)).body.roles.length
  assert.deepEqual([await listed(''), await listed('&domain_id=default')], [1, 1])
  const other = await make('domain', { name: 'elsewhere' })
  const far = await make('project', { name: 'far', domain_id: other })
  assert.equal(await put(`/projects/${far}/users/${eve}/roles/${local}`), 403)
  assert.equal(await put(`/system/users/${eve}/roles/${local}`), 403)
  assert.equal(await put(`/roles/${reader.id}/implies/${local}`), 403)
})

test('what senseless questions about assignments ask for is a bad request', async (t) => {
  const { admin } = await cloudWithEve(t, await openEmbedded(t))
  for (const query of [
    'user.id=x&group.id=y',
    'scope.project.id=x&scope.domain.id=y',
    'include_subtree',
    'effective&group.id=x',
  ]) {
    assert.equal((await admin('GET', `${v3}/role_assignments?${query}`)).status, 400, query)
  }
})
