/**
 * Certificates for guests that want one to log in with: made here for one user, signed by their own key, good for ten years.
 *
 * The public half is the certificate; the private half is a key store (PKCS #12, RFC 7292) of both without a password, which
 * is what the tools of those guests import.
 */
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { UserId } from '../domain/ids.ts'
import type { Instant } from '../lib/clock.ts'
import * as der from '../lib/der.ts'

const ids = {
  rsaWithSha256: '1.2.840.113549.1.1.11',
  sha256: '2.16.840.1.101.3.4.2.1',
  commonName: '2.5.4.3',
  extendedKeyUsage: '2.5.29.37',
  clientAuthentication: '1.3.6.1.5.5.7.3.2',
  alternativeName: '2.5.29.17',
  principalName: '1.3.6.1.4.1.311.20.2.3',
  data: '1.2.840.113549.1.7.1',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  x509: '1.2.840.113549.1.9.22.1',
} as const

const dayMs = 86_400_000
const lifeMs = 3650 * dayMs

/** A common name has at most this many characters. */
const nameMax = 64

/** A new key with a certificate of the user: the latter as PEM, and both as a key store in base64. */
export function makeCertificate(
  userId: UserId,
  now: Instant,
): { readonly publicKey: string; readonly privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = certificateOf(userId, now, publicKey, privateKey)
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return {
    publicKey: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join(
      '\n',
    ),
    privateKey: keyStore(certificate, privateKey).toString('base64'),
  }
}

function certificateOf(
  userId: UserId,
  now: Instant,
  publicKey: KeyObject,
  privateKey: KeyObject,
): Buffer {
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const algorithm = der.sequence(der.objectId(ids.rsaWithSha256), der.nothing())
  const commonName = der.sequence(der.objectId(ids.commonName), der.utf8(userId.slice(0, nameMax)))
  const name = der.sequence(der.setOf(commonName))
  const toBeSigned = der.sequence(
    // Counted from zero: version 3, which has extensions.
    der.numbered(0, der.integer(2)),
    // Different for every key, which is all that a serial number is for.
    der.integer(createHash('sha256').update(key).digest().subarray(0, 16)),
    algorithm,
    name,
    der.sequence(der.time(now), der.time(now + lifeMs)),
    name,
    key,
    der.numbered(3, der.sequence(...extensions(userId))),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  return der.sequence(toBeSigned, algorithm, der.bits(signature))
}

/** It is for logging in, as this user. */
function extensions(userId: UserId): readonly Buffer[] {
  const principal = der.numbered(
    0,
    der.objectId(ids.principalName),
    der.numbered(0, der.utf8(`${userId}@localhost`)),
  )
  return [
    extension(ids.extendedKeyUsage, der.sequence(der.objectId(ids.clientAuthentication))),
    extension(ids.alternativeName, der.sequence(principal)),
  ]
}

function extension(id: string, value: Buffer): Buffer {
  return der.sequence(der.objectId(id), der.octets(value))
}

function keyStore(certificate: Buffer, privateKey: KeyObject): Buffer {
  const key = privateKey.export({ type: 'pkcs8', format: 'der' })
  const ofCertificate = der.sequence(
    der.objectId(ids.x509),
    der.numbered(0, der.octets(certificate)),
  )
  const safe = der.sequence(
    content(der.sequence(bag(ids.certificateBag, ofCertificate))),
    content(der.sequence(bag(ids.keyBag, key))),
  )
  return der.sequence(der.integer(3), content(safe), checksum(safe))
}

function bag(id: string, value: Buffer): Buffer {
  return der.sequence(der.objectId(id), der.numbered(0, value))
}

function content(value: Buffer): Buffer {
  return der.sequence(der.objectId(ids.data), der.numbered(0, der.octets(value)))
}

const rounds = 2048

/** Readers insist on a checksum keyed with the password, also when there is none. */
function checksum(safe: Buffer): Buffer {
  const salt = createHash('sha256').update(safe).digest().subarray(0, 8)
  const mac = createHmac('sha256', keyOfNoPassword(salt)).update(safe).digest()
  const algorithm = der.sequence(der.objectId(ids.sha256), der.nothing())
  return der.sequence(
    der.sequence(algorithm, der.octets(mac)),
    der.octets(salt),
    der.integer(rounds),
  )
}

/** The key that RFC 7292 (appendix B.2) makes from an empty password for checksums: one block of SHA-256 is enough. */
function keyOfNoPassword(salt: Buffer): Buffer {
  const blockBytes = 64
  const purpose = Buffer.alloc(blockBytes, 3)
  let digest = Buffer.concat([
    purpose,
    Buffer.alloc(blockBytes, salt),
    // The empty text ends with a zero of two bytes.
    Buffer.alloc(blockBytes),
  ])
  for (let round = 0; round < rounds; round += 1) {
    digest = createHash('sha256').update(digest).digest()
  }
  return digest
}
