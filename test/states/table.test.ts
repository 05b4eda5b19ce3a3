/** Every action in every state, task and lock, for members and admins: what the table says beside what is expected of it. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { HostName } from '../../src/domain/ids.ts'
import { allow, allowed, conditions } from '../../src/domain/server-actions.ts'
import type { ServerAction } from '../../src/domain/server-actions.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { admin, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import { expected, refusalOf, rests, tasks } from './expected.ts'
import type { Situation } from './expected.ts'

// The keys of a total record are its key type.
const actions = Object.keys(expected) as ServerAction[]

test('the tables speak of the same actions and states', () => {
  assert.deepEqual(Object.keys(conditions).toSorted(), [...actions].toSorted())
  assert.deepEqual(Object.keys(allowed).toSorted(), [...rests, 'deleted' as const].toSorted())
})

test('every action answers as expected in every state, task and lock, to members and admins', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.server(await cloud.boot())
  let asked = 0
  const wrong: object[] = []
  for (const situation of situations(server.id)) {
    const { vmState, taskState, locked, launched, hosted, isAdmin } = situation
    const then = {
      ...server,
      vmState,
      taskState,
      locked,
      launchedAt: launched ? 1 : null,
      host: hosted ? ('host1' as HostName) : null, // a host of this cloud
    }
    for (const action of actions) {
      asked += 1
      const said = saying(() => allow(isAdmin ? admin : tenant, then, action))
      const due = refusalOf(action, situation)
      if (said !== due) wrong.push({ action, ...situation, said, due })
    }
  }
  assert.deepEqual(wrong.slice(0, 5), [])
  assert.ok(asked > 100_000)
})

function* situations(id: string): Generator<Situation> {
  const either = [false, true]
  for (const vmState of rests) {
    for (const taskState of tasks) {
      for (const locked of either) {
        for (const isAdmin of either) {
          for (const launched of either) {
            for (const hosted of either) {
              yield { id, vmState, taskState, locked, launched, hosted, isAdmin }
            }
          }
        }
      }
    }
  }
}

function saying(work: () => void): string | null {
  try {
    work()
    return null
  } catch (thrown) {
    assert.ok(isProblem(thrown, 'conflict'))
    return thrown.message
  }
}

const page = fileURLToPath(
  new URL('../../../shared/reference/semantics/state-machine.md', import.meta.url),
)

/** How the page calls the actions, where that is not how we do. */
const rowsOf: Readonly<Record<string, readonly ServerAction[]>> = {
  'DELETE server': ['delete'],
  'DELETE server with reclaim interval > 0': ['soft-delete'],
  'os-stop': ['stop'],
  'os-start': ['start'],
  'reboot SOFT': ['reboot-soft'],
  'reboot HARD': ['reboot-hard'],
  'evacuate (admin)': ['evacuate'],
  'migrate (admin)': ['migrate'],
  'os-migrateLive (admin)': ['live-migrate'],
  'live migration force_complete': ['force-complete'],
  'DELETE live migration (abort)': ['abort-migration'],
  'shelveOffload (admin)': ['shelveOffload'],
  'attach volume': ['attach_volume'],
  'detach volume': ['detach_volume'],
  'swap volume': ['swap_volume'],
  'attach interface': ['attach_interface'],
  'detach interface': ['detach_interface'],
  'set/delete metadata': ['update-metadata'],
}

/** Soft deletes of what never ran are hard ones: what the page asks of them is asked when it is chosen between the two. */
const launchedElsewhere: ReadonlySet<ServerAction> = new Set(['soft-delete'])

/** What the page does not know. */
const unlisted: readonly ServerAction[] = ['inject-network-info']

test(
  'what is expected is what the reference says',
  { skip: existsSync(page) ? false : 'the reference is not here' },
  () => {
    const seen = new Set<ServerAction>()
    for (const cells of tableOf(readFileSync(page, 'utf8'))) {
      const [name = '', vm = '', task = '', launched = '', lock = ''] = cells
      const known = rowsOf[name] ?? actions.filter((action) => action === name)
      for (const action of known) {
        seen.add(action)
        const { rests: states, tasks: during, ...needs } = expected[action]
        const said = vm === 'same as attach' ? 'attach' : vm
        if (said !== 'attach') assert.deepEqual(words(said), sorted(states), `${action}: states`)
        if (said !== 'attach') assert.deepEqual(words(task), sorted(during), `${action}: tasks`)
        if (said !== 'attach')
          assert.equal(lock.toLowerCase() === 'yes', needs.locks, `${action}: lock`)
        if (said === 'attach' || launchedElsewhere.has(action)) continue
        assert.equal(launched === 'yes', needs.launched, `${action}: launched`)
      }
    }
    assert.deepEqual(
      actions.filter((action) => !seen.has(action)),
      unlisted,
    )
  },
)

/** The rows of the page's table of actions. */
function tableOf(text: string): readonly (readonly string[])[] {
  const part = text.slice(text.indexOf('## 4.'), text.indexOf('### 4.1'))
  return part
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

/** What a cell lists, in order; remarks in brackets do not count. */
function words(cell: string): readonly string[] {
  const plain = cell
    .replaceAll(/\([^)]*\)/g, '')
    .trim()
    .toLowerCase()
  if (plain === 'any') return ['any']
  return plain
    .split(',')
    .map((word) => word.trim())
    .toSorted()
}

function sorted(list: readonly (string | null)[] | 'any'): readonly string[] {
  return list === 'any' ? ['any'] : list.map((each) => each ?? 'null').toSorted()
}
