/**
 * Making keys and telling their fingerprints.
 *
 * A public key is a line: algorithm, base64 of the key blob, a comment. The blob is a sequence of strings and big integers,
 * each after its length (RFC 4253). The fingerprint is the MD5 of the blob, which is no secret and guards nothing: people
 * compare it.
 */
import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { problem } from '../lib/problem.ts'

export type MadeKey = { readonly publicKey: string; readonly privateKey: string }

/** A new RSA key. */
export function makeSshKey(comment: string): MadeKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const blob = Buffer.concat([
    sized(Buffer.from('ssh-rsa')),
    sized(positive(Buffer.from(e, 'base64url'))),
    sized(positive(Buffer.from(n, 'base64url'))),
  ])
  return {
    publicKey: `ssh-rsa ${blob.toString('base64')} ${comment}`,
    // Clients save this text as the key file.
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  }
}

/** @throws `invalid` when it is not a key of that type. */
export function fingerprintOf(type: 'ssh' | 'x509', publicKey: string): string {
  return type === 'ssh' ? fingerprintOfSsh(publicKey) : fingerprintOfCertificate(publicKey)
}

function fingerprintOfSsh(publicKey: string): string {
  const [algorithm = '', encoded = ''] = publicKey.trim().split(/\s+/)
  const blob = Buffer.from(encoded, 'base64')
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0)
  // The blob repeats the algorithm, which is how a line that is none shows.
  if (algorithm === '' || blob.subarray(4, 4 + length).toString('latin1') !== algorithm) {
    throw problem('invalid', 'Keypair data is invalid: failed to generate fingerprint')
  }
  return colons(createHash('md5').update(blob).digest('hex'))
}

function fingerprintOfCertificate(publicKey: string): string {
  try {
    return colons(createHash('sha1').update(new X509Certificate(publicKey).raw).digest('hex'))
  } catch (thrown) {
    const message = 'Keypair data is invalid: failed to generate X509 fingerprint'
    throw problem('invalid', message, {}, { cause: thrown })
  }
}

function colons(hex: string): string {
  return hex.match(/../g)?.join(':') ?? ''
}

function sized(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** A big integer whose first bit is set needs a zero before it, or it would be negative. */
function positive(bytes: Buffer): Buffer {
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes
}
