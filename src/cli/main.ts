/** Runs the command line: hands over the real terminal, the real environment and the real clock. */
import { systemClock } from '../lib/clock.ts'
import { run } from './program.ts'

const enough = new AbortController()
// Once is a wish to stop, which lets a command clean up after itself; twice is an order.
process.once('SIGINT', () => enough.abort())
process.once('SIGTERM', () => enough.abort())
// A reader such as `head` has read enough.
process.stdout.on('error', () => process.exit(0))

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  out: process.stdout,
  notes: process.stderr,
  isColourful: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
  clock: systemClock,
  signal: enough.signal,
})
