/** Groups over HTTP: what their members may do because of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openServices, passwordOf } from '../../../test/support/services.ts'
import { testDatabases } from '../../../test/support/stores.ts'

const identity = '/identity/v3'

for (const { name: database, open } of testDatabases()) {
  test(`who is in a group has its roles until taken out of it (${database})`, async (t) => {
    const { as, ask, seeded, addMember } = await openServices(t, await open(t))
    const admin = await as('admin')
    const { userId } = await addMember('eve')
    const { roles } = (await admin('GET', `${identity}/roles?name=member`)).body
    const member = roles[0].id
    const made = await admin('POST', `${identity}/groups`, { body: { group: { name: 'crew' } } })
    assert.equal(made.status, 201)
    const crew: string = made.body.group.id
    const project = seeded.projects.demo
    const grant = `${identity}/projects/${project}/groups/${crew}/roles/${member}`
    assert.equal((await admin('PUT', grant)).status, 204)
    const seat = `${identity}/groups/${crew}/users/${userId}`
    assert.equal((await admin('HEAD', seat)).status, 404)

    const reach = async (): Promise<number> => {
      const user = { id: userId, password: passwordOf('eve') }
      const auth = {
        identity: { methods: ['password'], password: { user } },
        scope: { project: { id: project } },
      }
      return (await ask('POST', `${identity}/auth/tokens`, { body: { auth } })).status
    }
    assert.equal(await reach(), 401)
    assert.equal((await admin('PUT', seat)).status, 204)
    assert.equal((await admin('HEAD', seat)).status, 204)
    assert.equal(await reach(), 201)

    const asked = `${identity}/role_assignments?user.id=${userId}&scope.project.id=${project}`
    assert.deepEqual((await admin('GET', asked)).body.role_assignments, [])
    const inEffect = (await admin('GET', `${asked}&effective`)).body.role_assignments
    assert.deepEqual(
      inEffect.map((each: { user: { id: string }; links: { membership: string } }) => [
        each.user.id,
        each.links.membership.endsWith(`/groups/${crew}/users/${userId}`),
      ]),
      // A member is a reader too.
      [
        [userId, true],
        [userId, true],
      ],
    )
    assert.equal((await admin('DELETE', seat)).status, 204)
    assert.equal(await reach(), 401)
    assert.equal((await admin('DELETE', seat)).status, 404)
  })
}
