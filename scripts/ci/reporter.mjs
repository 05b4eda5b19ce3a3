/**
 * What node's test runner shows and counts here: a line per file, each failure in full, and numbers at the end.
 *
 * Tests are counted, not files or groups; a file that cannot be loaded is one failure. Where `BERTH_TALLY` names a file,
 * the numbers are written there for whoever runs several suites.
 */
import { writeFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { inspect } from 'node:util'

/** A file that has said nothing for so long is named, so that a hanging one can be found. */
const quietMs = 60_000

export default async function* report(events) {
  const tally = { passed: 0, failed: 0, skipped: [], pending: [], failures: [] }
  const failures = []
  const path = []
  const running = new Map()
  const watch = setInterval(() => nameTheQuiet(running), quietMs)

  for await (const { type, data } of events) {
    const { file, name, nesting } = data
    const isFile = nesting === 0 && file !== undefined && resolve(name) === file
    if (running.has(file)) running.set(file, Date.now())
    if (type === 'test:dequeue' && isFile) running.set(file, Date.now())
    if (type === 'test:complete' && isFile) running.delete(file)
    if (type === 'test:start') path.splice(nesting, Infinity, name)
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message
    const title = isFile ? short(name) : `${short(file ?? '')}: ${path.join(' > ')}`
    if (type === 'test:pass' && !isFile) count(tally, data, title)
    if (type === 'test:fail' && counts(data)) {
      count(tally, data, title)
      if (data.todo === undefined) failures.push(`✗ ${title}\n${told(data.details.error)}\n`)
    }
    if (type === 'test:summary' && file !== undefined) yield line(data)
  }

  clearInterval(watch)
  if (process.env.BERTH_TALLY) writeFileSync(process.env.BERTH_TALLY, JSON.stringify(tally))
  if (failures.length > 0) yield `\n${failures.join('\n')}`
  yield `\n${summary(tally)}\n`
}

/** A group fails because of its tests, which are counted themselves. */
function counts({ details }) {
  return details.type !== 'suite' && details.error.failureType !== 'subtestsFailed'
}

function count(tally, { details, skip, todo }, title) {
  if (details.type === 'suite') return
  if (skip !== undefined)
    tally.skipped.push(typeof skip === 'string' ? `${title} (${skip})` : title)
  else if (todo !== undefined) tally.pending.push(title)
  else if (details.error === undefined) tally.passed += 1
  else {
    tally.failed += 1
    tally.failures.push(title)
  }
}

function line({ file, counts: { tests, failed, cancelled, skipped }, duration_ms: tookMs }) {
  const bad = failed + cancelled
  const words = [bad > 0 ? `${bad} failed` : '', skipped > 0 ? `${skipped} skipped` : '']
  const rest = [...words, tookMs > 1000 ? `${(tookMs / 1000).toFixed(1)} s` : ''].filter(Boolean)
  const remark = rest.length > 0 ? `  (${rest.join(', ')})` : ''
  return `${bad > 0 ? '✗' : '✓'} ${String(tests).padStart(4)}  ${short(file)}${remark}\n`
}

function told(error) {
  const { cause = error } = error
  const text = cause.code === 'ERR_ASSERTION' ? cause.stack : inspect(cause, { depth: 4 })
  const ours = text.split('\n').filter((frame) => !/^\s+at .*\(?node:/.test(frame))
  return ours.map((frame) => `    ${frame}`).join('\n')
}

function summary({ passed, failed, skipped, pending }) {
  const names = skipped.map((name) => `  skipped: ${name}\n`).join('')
  const rest = [
    skipped.length > 0 ? `, ${skipped.length} skipped` : '',
    pending.length > 0 ? `, ${pending.length} pending` : '',
  ]
  return `${names}${passed} passed, ${failed} failed${rest.join('')}`
}

function nameTheQuiet(running) {
  for (const [file, heardAt] of running) {
    const quiet = Date.now() - heardAt
    if (quiet > quietMs) console.error(`(${short(file)}: silent for ${Math.round(quiet / 1000)} s)`)
  }
}

function short(file) {
  return relative(process.cwd(), file)
}
