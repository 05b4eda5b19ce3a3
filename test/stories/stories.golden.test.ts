/**
 * The stories of the Compute API: all of them are told, and then counted. Which routes have which is written down in
 * `test/golden/compute-stories.txt`; that none is missing is not only written down.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { golden } from '../support/golden.ts'
import { witness } from '../support/compute-api.ts'
import { answerCases } from './answers.testcases.ts'
import { chapterCases } from './chapters.testcases.ts'
import { isComplete, storiesOf } from './coverage.ts'
import { refusalCases } from './refusals.testcases.ts'
import { reportOf } from './report.ts'
import { roleCases } from './roles.testcases.ts'
import { serverLifeCases } from './server-life.testcases.ts'

chapterCases()
refusalCases()
roleCases()
answerCases()
serverLifeCases()

// What is documented of routes, and Nova's schemas, lie beside the project.
const skip = isComplete ? false : 'the inventory of routes is missing'

test('every route has every story, but for what cannot happen here', { skip }, () => {
  const stories = storiesOf(witness.notes())
  const told = (what: 'lacks' | 'wronged'): readonly string[] =>
    stories.flatMap((story) => story[what].map((each) => `${story.route}: ${each}`))
  assert.deepEqual(told('lacks'), [], 'nobody has told')
  assert.deepEqual(told('wronged'), [], 'it can happen after all')
  golden('compute-stories.txt', reportOf(stories))
})
