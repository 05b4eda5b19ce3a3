/** The pages that are written from the sources say what the sources say. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { pages } from './pages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

for (const [path, text] of await pages()) {
  test(`${path} is current: npm run docs writes it`, () => {
    assert.ok(existsSync(root + path), `${path} is missing`)
    assert.equal(readFileSync(root + path, 'utf8'), text)
  })
}
