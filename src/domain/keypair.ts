/** A key pair: the public half of a key that its user can log in with, or a certificate for guests that want one. */
import type { Instant } from '../lib/clock.ts'
import type { UserId } from './ids.ts'

export type Keypair = {
  readonly number: number
  readonly userId: UserId
  readonly name: string
  readonly type: 'ssh' | 'x509'
  readonly publicKey: string
  readonly fingerprint: string
  readonly createdAt: Instant
}

export type NewKeypair = Omit<Keypair, 'number' | 'createdAt'>
