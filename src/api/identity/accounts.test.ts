/** Accounts over HTTP: who manages them, and how they live and die. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openServices } from '../../../test/support/services.ts'
import { openEmbedded } from '../../../test/support/stores.ts'

const tokens = '/identity/v3/auth/tokens'

test('an application credential opens its project with its roles, and nothing else', async (t) => {
  const { as, ask, seeded } = await openServices(t, await openEmbedded(t))
  const demo = await as('demo')
  const path = `/identity/v3/users/${seeded.users.demo}/application_credentials`
  const made = await demo('POST', path, {
    body: { application_credential: { name: 'robot', roles: [{ name: 'reader' }] } },
  })
  assert.equal(made.status, 201)
  const { id, secret } = made.body.application_credential
  assert.ok(secret.length >= 43)
  const log = async (scope?: object) =>
    await ask('POST', tokens, {
      body: {
        auth: {
          identity: { methods: ['application_credential'], application_credential: { id, secret } },
          ...(scope === undefined ? {} : { scope }),
        },
      },
    })
  const opened = await log()
  assert.equal(opened.status, 201)
  assert.equal(opened.body.token.project.id, seeded.projects.demo)
  assert.deepEqual(
    opened.body.token.roles.map((role: { name: string }) => role.name),
    ['reader'],
  )
  assert.equal((await log({ project: { id: seeded.projects.admin } })).status, 401)
  // A restricted one cannot make another that would outlive it.
  const token = opened.headers.get('x-subject-token') ?? ''
  const more = await ask('POST', path, {
    headers: { 'X-Auth-Token': token },
    body: { application_credential: { name: 'second' } },
  })
  assert.equal(more.status, 403)
  assert.equal((await demo('GET', `${path}/${id}`)).body.application_credential.secret, undefined)
  assert.equal(
    (await demo('POST', path, { body: { application_credential: { name: 'robot' } } })).status,
    409,
  )
  assert.equal((await demo('DELETE', `${path}/${id}`)).status, 204)
  assert.equal((await log()).status, 401)
  const after = await ask('GET', '/identity/v3/auth/projects', {
    headers: { 'X-Auth-Token': token },
  })
  assert.equal(after.status, 401)
})

test('an application credential for which empty lists were sent has all roles and no rules', async (t) => {
  const { as, seeded } = await openServices(t, await openEmbedded(t))
  const demo = await as('demo')
  const path = `/identity/v3/users/${seeded.users.demo}/application_credentials`
  const make = async (fields: object) =>
    await demo('POST', path, { body: { application_credential: { name: 'robot', ...fields } } })

  const open = await make({ access_rules: [], roles: [] })

  assert.equal(open.status, 201)
  assert.equal(open.body.application_credential.access_rules, null)
  assert.deepEqual(
    open.body.application_credential.roles.map((role: { name: string }) => role.name),
    ['member', 'reader'],
  )
})

test('only admins manage accounts, and others see themselves', async (t) => {
  const { as, seeded, addMember } = await openServices(t, await openEmbedded(t))
  const { userId } = await addMember('eve')
  const demo = await as('demo')
  for (const [method, path] of [
    ['GET', '/identity/v3/users'],
    ['GET', `/identity/v3/users/${userId}`],
    ['DELETE', `/identity/v3/users/${userId}`],
    ['GET', '/identity/v3/projects'],
    ['GET', `/identity/v3/projects/${seeded.projects.admin}`],
    ['GET', '/identity/v3/role_assignments'],
    ['GET', '/identity/v3/services'],
    ['GET', '/identity/v3/groups'],
    ['GET', `/identity/v3/users/${userId}/groups`],
    ['PUT', `/identity/v3/groups/any/users/${seeded.users.demo}`],
    ['DELETE', '/identity/v3/groups/any'],
    ['PUT', `/identity/v3/projects/${seeded.projects.demo}/groups/any/roles/any`],
    ['PUT', `/identity/v3/projects/${seeded.projects.demo}/tags/mine`],
    ['DELETE', `/identity/v3/projects/${seeded.projects.demo}`],
  ] as const) {
    const answer = await demo(method, path)
    assert.equal(answer.status, 403, `${method} ${path}`)
    assert.equal(answer.body.error.title, 'Forbidden')
  }
  assert.equal(
    (await demo('GET', `/identity/v3/users/${seeded.users.demo}`)).body.user.name,
    'demo',
  )
  assert.equal((await demo('GET', `/identity/v3/projects/${seeded.projects.demo}`)).status, 200)
  const own = await demo('GET', '/identity/v3/auth/projects')
  assert.deepEqual(
    own.body.projects.map((each: { name: string }) => each.name),
    ['demo'],
  )
})

test('projects, users, roles and domains live and die', async (t) => {
  const { as } = await openServices(t, await openEmbedded(t))
  const admin = await as('admin')
  const v3 = '/identity/v3'
  const made = await admin('POST', `${v3}/domains`, { body: { domain: { name: 'branch' } } })
  assert.equal(made.status, 201)
  const { id } = made.body.domain
  const project = await admin('POST', `${v3}/projects`, {
    body: { project: { name: 'p', domain_id: id } },
  })
  assert.equal(project.status, 201)
  assert.equal(project.body.project.parent_id, id)
  const twice = await admin('POST', `${v3}/projects`, {
    body: { project: { name: 'p', domain_id: id } },
  })
  assert.equal(twice.status, 409)
  const user = await admin('POST', `${v3}/users`, {
    body: { user: { name: 'u', domain_id: id, password: 'pw', email: 'u@x' } },
  })
  assert.equal(user.body.user.email, 'u@x')
  assert.ok(!user.text.includes('"pw"'))
  const role = await admin('POST', `${v3}/roles`, { body: { role: { name: 'janitor' } } })
  const grant = `${v3}/projects/${project.body.project.id}/users/${user.body.user.id}/roles/${role.body.role.id}`
  assert.equal((await admin('HEAD', grant)).status, 404)
  assert.equal((await admin('PUT', grant)).status, 204)
  assert.equal((await admin('HEAD', grant)).status, 204)
  const listed = await admin(
    'GET',
    `${v3}/role_assignments?include_names&user.id=${user.body.user.id}`,
  )
  assert.equal(listed.body.role_assignments[0].role.name, 'janitor')
  assert.deepEqual(listed.body.role_assignments[0].scope.project, {
    id: project.body.project.id,
    name: 'p',
    domain: { id, name: 'branch' },
  })
  assert.equal(listed.body.role_assignments[0].user.domain.name, 'branch')
  assert.equal((await admin('GET', `${v3}/users?name=u&domain_id=${id}`)).body.users.length, 1)
  assert.equal((await admin('DELETE', `${v3}/domains/${id}`)).status, 403)
  assert.equal(
    (await admin('PATCH', `${v3}/domains/${id}`, { body: { domain: { enabled: false } } })).status,
    200,
  )
  assert.equal((await admin('DELETE', `${v3}/domains/${id}`)).status, 204)
  assert.equal((await admin('GET', `${v3}/users/${user.body.user.id}`)).status, 404)
  assert.equal((await admin('GET', `${v3}/projects/${project.body.project.id}`)).status, 404)
})

test('tags are put on a project one by one or all at once, and wrong ones are refused', async (t) => {
  const { as, seeded } = await openServices(t, await openEmbedded(t))
  const admin = await as('admin')
  const demo = await as('demo')
  const path = `/identity/v3/projects/${seeded.projects.demo}/tags`
  assert.equal((await admin('PUT', `${path}/red`)).status, 201)
  assert.equal((await admin('PUT', `${path}/red`)).status, 201)
  assert.deepEqual((await demo('GET', path)).body.tags, ['red'])
  assert.equal((await demo('PUT', `${path}/blue`)).status, 403)
  assert.equal((await demo('HEAD', `${path}/blue`)).status, 404)
  assert.equal((await admin('PUT', path, { body: { tags: ['a', 'b'] } })).status, 200)
  assert.equal((await admin('DELETE', `${path}/red`)).status, 404)
  assert.equal((await admin('DELETE', `${path}/a`)).status, 204)
  for (const tags of [['a', 'a'], ['a,b'], ['a/b'], [''], ['x'.repeat(256)]]) {
    assert.equal((await admin('PUT', path, { body: { tags } })).status, 400, tags.join())
  }
  const { project } = (await demo('GET', path.replace('/tags', ''))).body
  assert.deepEqual(project.tags, ['b'])
  const found = async (query: string): Promise<readonly string[]> =>
    (await admin('GET', `/identity/v3/projects?${query}`)).body.projects.map(
      (each: { name: string }) => each.name,
    )
  assert.deepEqual(await found('tags=b'), ['demo'])
  assert.deepEqual(await found('tags=a,b'), [])
  assert.deepEqual(await found('not-tags=b'), ['admin', 'service'])
  assert.equal((await admin('DELETE', path)).status, 204)
  assert.deepEqual((await demo('GET', path)).body.tags, [])
})
