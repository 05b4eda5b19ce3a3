/**
 * Collecting a request's body within limits of size and time.
 *
 * A client that is still sending does not read: an answer followed by a closed connection may never reach it. So what is a
 * little too long is read to its end and thrown away before it is refused; only what is far too long is cut off.
 */
import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../lib/clock.ts'

export type BodyLimits = { readonly bytes: number; readonly timeoutMs: number }

export type Collected =
  | { readonly kind: 'body'; readonly body: Buffer }
  /** `spent`: it was read to its end, so the connection can go on. */
  | { readonly kind: 'too-large'; readonly spent: boolean }
  | { readonly kind: 'too-slow' }
  | { readonly kind: 'hung-up' }

export const noBody = Buffer.alloc(0)

/** How much of a body that is refused anyway is read for the sake of being heard. */
const discardedBytesMax = 16 * 1024 * 1024

export function hasBody(message: IncomingMessage): boolean {
  const length = message.headers['content-length']
  return (
    message.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
  )
}

export async function collectBody(
  message: IncomingMessage,
  limits: BodyLimits,
  clock: Clock,
): Promise<Collected> {
  const announced = Number(message.headers['content-length'] ?? 0)
  if (announced > Math.max(discardedBytesMax, limits.bytes))
    return { kind: 'too-large', spent: false }
  return await new Promise<Collected>((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const settle = (collected: Collected): void => {
      cancel()
      message.removeAllListeners('data')
      resolve(collected)
    }
    const cancel = clock.after(limits.timeoutMs, () => settle({ kind: 'too-slow' }))
    message.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= limits.bytes) chunks.push(chunk)
      else chunks.length = 0
      if (bytes > Math.max(discardedBytesMax, limits.bytes))
        settle({ kind: 'too-large', spent: false })
    })
    message.on('end', () => {
      const whole = bytes <= limits.bytes
      settle(whole ? { kind: 'body', body: joined(chunks) } : { kind: 'too-large', spent: true })
    })
    message.on('error', () => settle({ kind: 'hung-up' }))
    message.on('close', () => settle({ kind: 'hung-up' }))
  })
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks)
}
