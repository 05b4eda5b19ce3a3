import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { computeApi } from '../support/compute-api.ts'

test('a key that was made here is one that ssh can use, and its fingerprint is the one that ssh tells', async (t) => {
  const { ask, now } = await computeApi(t)
  const made = await ask('POST', '/os-keypairs', { at: 91, body: { keypair: { name: 'mine' } } })
  assert.equal(made.status, 201)
  const { public_key: line, fingerprint, private_key: secret } = made.body.keypair
  assert.match(secret, /^-----BEGIN RSA PRIVATE KEY-----/)
  const told = tellFingerprint(line)
  if (told !== null) assert.equal(fingerprint, told)
  const shown = (await now('GET', '/os-keypairs/mine')).body.keypair
  assert.equal(shown.private_key, undefined)
  assert.equal((await now('GET', '/os-keypairs/mine', { as: 'other' })).status, 404)
  assert.equal((await now('GET', '/os-keypairs/mine?user_id=user-1', { as: 'other' })).status, 403)
  assert.equal((await now('GET', '/os-keypairs/mine?user_id=user-1', { as: 'admin' })).status, 200)
  const again = { keypair: { name: 'mine', public_key: line } }
  assert.equal((await now('POST', '/os-keypairs', { body: again })).status, 409)
  const bad = { keypair: { name: 'bad', public_key: 'ssh-rsa nonsense' } }
  assert.equal((await now('POST', '/os-keypairs', { body: bad })).status, 400)
  assert.equal(
    (await now('POST', '/os-keypairs', { body: { keypair: { name: 'none' } } })).status,
    400,
  )
  assert.equal((await ask('DELETE', '/os-keypairs/mine')).status, 202)
})

/** As ssh-keygen tells it; null where there is none. */
function tellFingerprint(line: string): string | null {
  try {
    const told = execFileSync('ssh-keygen', ['-l', '-E', 'md5', '-f', '-'], {
      input: line,
    }).toString()
    return /MD5:([0-9a-f:]+)/.exec(told)?.[1] ?? null
  } catch {
    return null
  }
}
