/** Identity over HTTP, as clients use it and as attackers try it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Services } from '../../../test/support/services.ts'
import { openServices, passwordAuth, passwordOf } from '../../../test/support/services.ts'
import { openEmbedded, testDatabases } from '../../../test/support/stores.ts'
import { openIdentity } from '../../app/identity/context.ts'
import { authenticate } from '../../app/identity/authenticate.ts'
import { systemClock } from '../../lib/clock.ts'
import type { Clock } from '../../lib/clock.ts'

const tokens = '/identity/v3/auth/tokens'
const domain = { id: 'default' }

async function identity(t: TestContext, clock?: Clock): Promise<Services> {
  const store = await openEmbedded(t)
  return await openServices(t, store, clock === undefined ? {} : { clock })
}

for (const { name, open } of testDatabases()) {
  test(`${name}: a user logs in on a project and gets roles and a catalog`, async (t) => {
    const { ask, origin } = await openServices(t, await open(t))
    const scope = { project: { name: 'demo', domain } }
    const answer = await ask('POST', tokens, {
      body: passwordAuth('demo', passwordOf('demo'), scope),
    })
    assert.equal(answer.status, 201)
    assert.match(answer.headers.get('x-subject-token') ?? '', /^[\w-]{43}$/)
    const { token } = answer.body
    assert.deepEqual(token.methods, ['password'])
    assert.equal(token.project.name, 'demo')
    assert.equal(token.user.domain.name, 'Default')
    assert.deepEqual(
      token.roles.map((role: { name: string }) => role.name),
      ['member', 'reader'],
    )
    assert.deepEqual(
      token.catalog.map((service: { type: string }) => service.type),
      ['identity', 'compute', 'placement', 'image', 'network', 'block-storage', 'volumev3'],
    )
    const compute = token.catalog[1].endpoints.find(
      (each: { interface: string }) => each.interface === 'public',
    )
    assert.equal(compute.url, `${origin}/compute/v2.1`)
    assert.equal(compute.region, 'RegionOne')
    assert.match(token.expires_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  })

  test(`${name}: a second process sees a revocation and a lost role`, async (t) => {
    const store = await open(t)
    const { as, ctx, seeded } = await openServices(t, store)
    const other = openIdentity(ctx, { passwords: ctx.passwords })
    const demo = await as('demo')
    const admin = await as('admin')
    assert.equal((await authenticate(other, demo.token))?.userName, 'demo')
    const { body } = await admin('GET', '/identity/v3/roles?name=member')
    const told = new Promise<void>((resolve) => store.subscribe('identity', () => resolve()))
    const grant = `/identity/v3/projects/${seeded.projects.demo}/users/${seeded.users.demo}/roles/${body.roles[0].id}`
    assert.equal((await admin('DELETE', grant)).status, 204)
    await told
    assert.equal(await authenticate(other, demo.token), null)
    assert.equal((await demo('GET', '/identity/v3/auth/projects')).status, 401)
  })
}

test('the versions are there for those who only know the address', async (t) => {
  const { ask, origin } = await identity(t)
  const choices = await ask('GET', '/identity')
  assert.equal(choices.status, 300)
  assert.equal(choices.body.versions.values[0].links[0].href, `${origin}/identity/v3/`)
  for (const path of ['/identity/v3', '/identity/v3/']) {
    const answer = await ask('GET', path)
    assert.equal(answer.status, 200)
    assert.match(answer.body.version.id, /^v3\.\d+$/)
  }
})

test('whoever cannot be known gets one and the same answer', async (t) => {
  const { ask } = await identity(t)
  const bodies = [
    passwordAuth('demo', 'wrong'),
    passwordAuth('nobody', 'wrong'),
    passwordAuth('demo', passwordOf('demo'), { project: { name: 'admin', domain } }),
    passwordAuth('demo', passwordOf('demo'), { project: { id: 'unknown' } }),
    passwordAuth('demo', passwordOf('demo'), { system: { all: true } }),
    passwordAuth('demo', passwordOf('demo'), { domain }),
    { auth: { identity: { methods: ['token'], token: { id: 'x' } } } },
    {
      auth: {
        identity: {
          methods: ['application_credential'],
          application_credential: { id: 'x', secret: 'y' },
        },
      },
    },
  ]
  for (const body of bodies) {
    const answer = await ask('POST', tokens, { body })
    assert.equal(answer.status, 401, JSON.stringify(body))
    assert.deepEqual(answer.body, {
      error: {
        code: 401,
        message: 'The request you have made requires authentication.',
        title: 'Unauthorized',
      },
    })
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Keystone uri="http/)
  }
})

test('bodies that say nothing sensible are a 400 and never a 500', async (t) => {
  const { ask, as } = await identity(t)
  const admin = await as('admin')
  const deep = `{"auth":${'['.repeat(5000)}${']'.repeat(5000)}}`
  const auth = (rest: unknown): object => ({ auth: { identity: rest } })
  const bodies: unknown[] = [
    '',
    'no json',
    '[]',
    'null',
    deep,
    '{"auth": "x"}',
    {},
    { auth: {} },
    auth({}),
    auth({ methods: [] }),
    auth({ methods: 'password' }),
    auth({ methods: [1] }),
    auth({ methods: ['password'] }),
    auth({ methods: ['password'], password: { user: { name: 'demo', password: 'x' } } }),
    auth({ methods: ['password'], password: { user: { id: 'a\u0000b', password: 'x' } } }),
    auth({ methods: ['password'], password: { user: { id: 1, password: 'x' } } }),
    auth({ methods: ['password'], password: { user: { id: 'x', password: 'x'.repeat(5000) } } }),
    { auth: { identity: { methods: ['token'], token: { id: 'x' } }, scope: { galaxy: {} } } },
    { auth: { identity: { methods: ['token'], token: { id: 'x' } }, scope: [] } },
  ]
  for (const body of bodies) {
    const answer = await ask('POST', tokens, { body })
    assert.equal(answer.status, 400, `${JSON.stringify(body).slice(0, 100)}: ${answer.text}`)
    assert.equal(answer.body.error.title, 'Bad Request')
  }
  for (const body of [
    {},
    { user: {} },
    { user: { name: 1 } },
    { user: { name: '' } },
    { user: { name: 'x', enabled: 'yes' } },
    { user: { name: 'x'.repeat(300) } },
    { user: { name: 'x', password: 1 } },
  ]) {
    assert.equal(
      (await admin('POST', '/identity/v3/users', { body })).status,
      400,
      JSON.stringify(body),
    )
  }
  assert.equal((await ask('POST', tokens, { body: 'x'.repeat(2_000_000) })).status, 413)
})

test('a token can be looked at by its owner, a service and an admin, and by nobody else', async (t) => {
  const { as, addMember } = await identity(t)
  await addMember('eve')
  await addMember('nova', 'service')
  const [admin, demo, eve, nova] = [
    await as('admin'),
    await as('demo'),
    await as('eve'),
    await as('nova'),
  ]
  const subject = { headers: { 'X-Subject-Token': demo.token } }
  for (const asker of [admin, demo, nova]) {
    const answer = await asker('GET', tokens, subject)
    assert.equal(answer.status, 200)
    assert.equal(answer.body.token.user.name, 'demo')
    assert.equal(answer.headers.get('x-subject-token'), demo.token)
  }
  assert.equal((await eve('GET', tokens, subject)).status, 403)
  const head = await demo('HEAD', tokens, subject)
  assert.equal(head.status, 200)
  assert.equal(head.text, '')
  const bare = await demo('GET', `${tokens}?nocatalog`, subject)
  assert.equal(bare.body.token.catalog, undefined)
  assert.equal((await admin('GET', tokens, { headers: { 'X-Subject-Token': 'x' } })).status, 404)
})

test('a revoked token is worth nothing from then on', async (t) => {
  const { as } = await identity(t)
  const demo = await as('demo')
  const admin = await as('admin')
  const subject = { headers: { 'X-Subject-Token': demo.token } }
  assert.equal((await demo('GET', '/identity/v3/auth/projects')).status, 200)
  assert.equal((await demo('DELETE', tokens, subject)).status, 204)
  assert.equal((await demo('GET', '/identity/v3/auth/projects')).status, 401)
  assert.equal((await admin('HEAD', tokens, subject)).status, 404)
})

test('a token ends with its time, and one that was made from it no later', async (t) => {
  let now = 1_700_000_000_000
  const clock: Clock = { ...systemClock, now: () => now }
  const { as, ask } = await identity(t, clock)
  const demo = await as('demo')
  now += 1_800_000
  const again = await ask('POST', tokens, {
    body: {
      auth: {
        identity: { methods: ['token'], token: { id: demo.token } },
        scope: { project: { name: 'demo', domain } },
      },
    },
  })
  assert.equal(again.status, 201)
  assert.deepEqual(again.body.token.methods, ['token', 'password'])
  assert.equal(again.body.token.expires_at, '2023-11-14T23:13:20.000000Z')
  assert.equal((await demo('GET', '/identity/v3/auth/projects')).status, 200)
  now += 1_800_000
  assert.equal((await demo('GET', '/identity/v3/auth/projects')).status, 401)
})

test('a changed password and a disabled user end what was open', async (t) => {
  const { as, seeded } = await identity(t)
  const admin = await as('admin')
  const first = await as('demo')
  const changed = await first('POST', `/identity/v3/users/${seeded.users.demo}/password`, {
    body: { user: { original_password: passwordOf('demo'), password: 'new one' } },
  })
  assert.equal(changed.status, 204)
  assert.equal((await first('GET', '/identity/v3/auth/projects')).status, 401)
  const user = `/identity/v3/users/${seeded.users.demo}`
  await admin('PATCH', user, { body: { user: { password: passwordOf('demo') } } })
  const second = await as('demo')
  assert.equal((await admin('PATCH', user, { body: { user: { enabled: false } } })).status, 200)
  assert.equal((await second('GET', '/identity/v3/auth/projects')).status, 401)
  await assert.rejects(as('demo'))
})

test('guessing a password is slowed down where it comes from, and the log-in itself recovers', async (t) => {
  let now = 1_700_000_000_000
  const { ask } = await identity(t, { ...systemClock, now: () => now })
  const attempt = async (password: string): Promise<number> =>
    (await ask('POST', tokens, { body: passwordAuth('demo', password) })).status
  for (let i = 0; i < 10; i += 1) assert.equal(await attempt(`guess ${i}`), 401)
  const refused = await ask('POST', tokens, { body: passwordAuth('demo', passwordOf('demo')) })
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('retry-after'), '60')
  now += 60_000
  assert.equal(await attempt(passwordOf('demo')), 201)
})

test('whoever knows the old password sets a new one without a token, and guessing it is slowed down', async (t) => {
  const { as, ask, seeded } = await identity(t)
  const path = `/identity/v3/users/${seeded.users.demo}/password`
  const change = async (original: string): Promise<number> =>
    (await ask('POST', path, { body: { user: { original_password: original, password: 'new' } } }))
      .status
  for (let i = 0; i < 9; i += 1) assert.equal(await change(`guess ${i}`), 401)
  assert.equal(await change(passwordOf('demo')), 204)
  await assert.rejects(as('demo'))
  for (let i = 0; i < 10; i += 1) assert.equal(await change(`guess ${i}`), 401)
  assert.equal(await change('new'), 429)
})

test('unknown paths and wrong methods are told apart, after the token was checked', async (t) => {
  const { as, ask } = await identity(t)
  const demo = await as('demo')
  assert.equal((await ask('GET', '/identity/v3/nothing')).status, 401)
  assert.equal((await demo('GET', '/identity/v3/nothing')).status, 404)
  assert.equal((await demo('GET', '/identity/v3/users/%zz')).status, 404)
  const wrong = await demo('PUT', '/identity/v3/users')
  assert.equal(wrong.status, 405)
  assert.equal(wrong.headers.get('allow'), 'GET, POST')
})
