import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
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

test('a certificate is made for whoever brings none, as long as keys were made here', async (t) => {
  const { ask } = await computeApi(t)
  for (const at of [2, 91]) {
    const name = `made-at-${at}`
    const made = await ask('POST', '/os-keypairs', {
      at,
      body: { keypair: { name, type: 'x509' } },
    })
    assert.equal(made.status, 201)
    const { keypair } = made.body
    assert.equal(keypair.type, 'x509')
    assert.equal(keypair.user_id, 'user-1')
    const certificate = new X509Certificate(keypair.public_key)
    assert.equal(certificate.subject, 'CN=user-1')
    assert.equal(keypair.fingerprint, certificate.fingerprint.toLowerCase())
    assert(Buffer.from(keypair.private_key, 'base64').length > 2000)
    const shown = (await ask('GET', `/os-keypairs/${name}`, { at })).body.keypair
    assert.equal(shown.public_key, keypair.public_key)
    assert.equal(shown.private_key, undefined)
  }
  const late = await ask('POST', '/os-keypairs', {
    at: 92,
    body: { keypair: { name: 'late', type: 'x509' } },
  })
  assert.equal(late.status, 400)
  const bad = { name: 'bad', type: 'x509', public_key: 'no certificate' }
  assert.equal((await ask('POST', '/os-keypairs', { at: 92, body: { keypair: bad } })).status, 400)
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
