/** What a process has used so far, from Linux; elsewhere nothing is known, and the columns stay empty. */
import { readFileSync } from 'node:fs'

/** The kernel counts in hundredths of a second, on every architecture that Node runs on. */
const ticksPerSecond = 100

/** Processor time of the process so far, in ms; null where it cannot be told. */
export function cpuMs(pid: number): number | null {
  const text = read(`/proc/${pid}/stat`)
  if (text === null) return null
  // The name of the program may contain anything, so count from behind its bracket: utime and stime are 14th and 15th.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
}

/** Memory that the process really occupies, in MB; null where it cannot be told. */
export function residentMb(pid: number): number | null {
  const text = read(`/proc/${pid}/status`)
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(text ?? '')?.[1]
  return kilobytes === undefined ? null : (Number(kilobytes) * 1024) / 1e6
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Another system, or the process is gone: both mean that nothing is known.
    return null
  }
}
