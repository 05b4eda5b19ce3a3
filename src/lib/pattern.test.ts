import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pattern } from './pattern.ts'

const sources = [
  '',
  'web',
  '^web-[0-9]+$',
  'a|b',
  '^(ab|cd)*$',
  'x{2,3}',
  '^a{0,2}b?$',
  '[^a-c]',
  '\\bab\\b',
  'a.c',
  '^\\d+\\.\\d+$',
  '(?:a|bc)+d',
  '[]a]',
  'a+?b',
  '[-a]',
  '\\w+\\s',
]

test('an expression matches what the backtracking engine matches', () => {
  const texts = fc.string({ unit: fc.constantFrom(...Array.from('abcdxw-0 .e]')), maxLength: 12 })
  for (const source of sources) {
    // In the other dialect a bracket at the beginning of a class must be escaped.
    const usual = new RegExp(source.replace('[]a]', '[\\]a]'))
    const ours = pattern(source)
    fc.assert(
      fc.property(texts, (text) => {
        assert.equal(ours.test(text), usual.test(text), `${source} on ${JSON.stringify(text)}`)
      }),
      { numRuns: 200 },
    )
  }
})

test('an expression that would take a backtracking engine years takes no time', () => {
  assert.equal(pattern('^(a+)+$').test(`${'a'.repeat(200)}b`), false)
})

test('what is not understood is refused', () => {
  for (const source of [
    '(',
    ')',
    '[a',
    '*',
    'a{3,2}',
    '(?=a)',
    '(a)\\1',
    '\\',
    '((((a{99}){99}){99}){99})',
  ]) {
    assert.throws(() => pattern(source), { kind: 'invalid' }, source)
  }
})

test('an expression of literal characters is known as such, so that a database can look for it', () => {
  assert.equal(pattern('web-1').literal, 'web-1')
  assert.equal(pattern('web.1').literal, null)
})

test('what matches an expression is like the text that a database is given to look for', () => {
  const likes = {
    web: '%web%',
    '^10.0.0.5$': '10_0_0_5',
    '^a_b%': 'a\\_b\\%%',
    '': '%%',
    '1|2': null,
    'a\\.b': null,
    '[ab]': null,
    a$b: null,
  }
  for (const [source, like] of Object.entries(likes)) assert.equal(pattern(source).like, like)
})
