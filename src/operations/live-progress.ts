/** How far a live move has come, as users read it. */
import { toJson } from '../lib/json.ts'

const bytesPerMb = 2 ** 20
const bytesPerGb = 2 ** 30

type Size = { readonly memoryMb: number; readonly diskGb: number; readonly ephemeralGb: number }

/** The amounts of a move of which that share, from 0 to 1, is done. */
export function progressOf(size: Size, share: number): string {
  const amount = (total: number): Readonly<Record<string, number>> => {
    const processed = Math.round(total * share)
    return { total, processed, remaining: total - processed }
  }
  return toJson({
    memory: amount(size.memoryMb * bytesPerMb),
    disk: amount((size.diskGb + size.ephemeralGb) * bytesPerGb),
  })
}
