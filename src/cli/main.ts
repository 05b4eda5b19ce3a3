/** Runs the command line: hands over the real terminal, the real environment and the real clock. */
import { systemClock } from '../lib/clock.ts'
import { run } from './program.ts'

const enough = new AbortController()
// The terminal, npm and a wrapper may each say it; a command that cleans up after itself must survive that.
process.on('SIGINT', () => enough.abort())
process.on('SIGTERM', () => enough.abort())
// A reader such as `head` has read enough; what there is to clean up is cleaned up all the same.
process.stdout.on('error', () => enough.abort())

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  out: process.stdout,
  notes: process.stderr,
  isColourful: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
  clock: systemClock,
  signal: enough.signal,
})
