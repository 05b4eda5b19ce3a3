/**
 * Golden files: what the sources say, written down, so that a change of it is a diff to be read. `npm run golden` writes them
 * anew; without it they are compared.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = new URL('../golden/', import.meta.url)

/** Compares a text with the golden file of that name. */
export function golden(name: string, text: string): void {
  const path = fileURLToPath(new URL(name, folder))
  const whole = text.endsWith('\n') ? text : `${text}\n`
  if (process.env['BERTH_GOLDEN'] === 'write') {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, whole)
    return
  }
  assert(existsSync(path), `test/golden/${name} is missing: run npm run golden`)
  assert.equal(
    whole,
    readFileSync(path, 'utf8'),
    `test/golden/${name} differs: npm run golden shows how`,
  )
}
