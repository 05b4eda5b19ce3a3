import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import type { UserId } from '../domain/ids.ts'
import { makeCertificate } from './certificates.ts'

const now = Date.UTC(2045, 4, 6, 7, 8, 9)
const user = 'a-user' as UserId

test('a certificate is its own authority, for ten years, for one user to log in with', () => {
  const certificate = new X509Certificate(makeCertificate(user, now).publicKey)
  assert.equal(certificate.subject, 'CN=a-user')
  assert.equal(certificate.issuer, 'CN=a-user')
  assert(certificate.verify(certificate.publicKey))
  assert.equal(certificate.validFromDate.getTime(), now)
  assert.equal(certificate.validToDate.getTime(), now + 3650 * 86_400_000)
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2'])
  assert.match(certificate.subjectAltName ?? '', /a-user@localhost$/)
})

test('no two certificates share a key or a number', () => {
  const [one, two] = [makeCertificate(user, now), makeCertificate(user, now)].map(
    ({ publicKey }) => new X509Certificate(publicKey),
  )
  assert.notEqual(one?.serialNumber, two?.serialNumber)
  assert(!one?.publicKey.equals(two?.publicKey ?? one.publicKey))
})

test('the key store holds the certificate and its key, and openssl reads it', (t) => {
  const made = makeCertificate(user, now)
  const text = openssl(
    ['pkcs12', '-nodes', '-passin', 'pass:'],
    Buffer.from(made.privateKey, 'base64'),
  )
  if (text === null) return t.skip('there is no openssl here')
  const certificate = new X509Certificate(
    /-----BEGIN CERT[^]*END CERTIFICATE-----/.exec(text)?.[0] ?? '',
  )
  assert(certificate.raw.equals(new X509Certificate(made.publicKey).raw))
  const key = createPrivateKey(/-----BEGIN PRIVATE[^]*END PRIVATE KEY-----/.exec(text)?.[0] ?? '')
  assert(certificate.checkPrivateKey(key))
})

/** What it says; null where there is none. */
function openssl(args: readonly string[], input: Buffer): string | null {
  try {
    return execFileSync('openssl', [...args], { input, stdio: ['pipe', 'pipe', 'pipe'] }).toString()
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null // of what was thrown only this is of interest
    throw thrown
  }
}
