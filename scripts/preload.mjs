/**
 * Loaded into what the bootstrap starts, before anything else.
 *
 * A program does not outlive the bootstrap. Signals are passed on, but `kill -9` cannot be. When the bootstrap is gone
 * without a word, so is this process, at once: whoever kills like that means it, and Berth is made to be killed.
 */
import { flushCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

if (process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  // Waiting for the bootstrap is no reason to stay.
  process.channel.unref()
}

// A program that still runs by now has started. Node would keep what it compiled when the program ends: a server may run for
// months and then be killed. And what only starting needed, a fifth of its memory, an idle server would never give back.
const untilStartedMs = 3000
setTimeout(() => {
  flushCompileCache()
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}, untilStartedMs).unref()
