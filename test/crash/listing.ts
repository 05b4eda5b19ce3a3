/** Lists in answers. */
import type { Client } from './client.ts'

/** @throws when it is not answered. */
export async function list(
  client: Client,
  path: string,
  name: string,
): Promise<readonly Record<string, unknown>[]> {
  const reply = await client.ask('GET', path)
  const found: unknown = reply?.body[name]
  if (reply?.status !== 200 || !Array.isArray(found))
    throw new Error(`${path} answered ${reply?.status}`)
  // Lists of objects, all of them.
  return found as Record<string, unknown>[]
}
