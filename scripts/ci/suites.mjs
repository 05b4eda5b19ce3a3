/**
 * Every suite there is, in the order in which they run. To add one, add an entry.
 *
 * - `needs`: what it cannot do without (needs.mjs). Where that is missing, the suite is skipped by name; the CI installs it.
 * - `everyday`: part of `npm test`, where its needs are there; the CI runs all.
 * - `lane`: it waits more than it works, and runs beside others, but after those before it in the same lane.
 * - `minutes`: it is stopped after that, which is a failure.
 * - `command`: given the Node to use, what to run from the root of the repository.
 *
 * A suite says what it found in one line, the last one of its standard output that is a JSON object:
 * `{"passed": 12, "failed": 0, "skipped": ["names"]}`. What `node --test` runs is counted by reporter.mjs. A suite that
 * ends with an error though nothing failed, or says nothing, counts as one failure.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { quiet, root } from '../bootstrap.mjs'

const scripts = fileURLToPath(new URL('..', import.meta.url))
const testTimeoutMs = 300_000
/** A session with a client is one test: dozens of programs one after the other, each of which takes seconds to start. */
const sessionTimeoutMs = 480_000

export const suites = [
  {
    name: 'tests',
    needs: [],
    everyday: true,
    minutes: 8,
    command: (node) => nodeTests(node, ['src/**/*.test.ts', 'test/**/*.test.ts']),
  },
  {
    name: 'tests on PostgreSQL',
    needs: ['postgresql'],
    everyday: true,
    minutes: 8,
    // A test that runs on every database carries the database's name in its own.
    command: (node) => nodeTests(node, ['--test-name-pattern=/postgres/i', ...filesOnPostgres()]),
  },
  {
    name: 'Placement conformance',
    needs: ['gabbi', '../shared'],
    everyday: false,
    lane: 'clients',
    minutes: 5,
    command: (node) => [node, quiet, join(root, 'test', 'conformance', 'main.ts')],
  },
  {
    name: 'openstack client',
    needs: ['openstackclient', 'osc-placement'],
    everyday: false,
    lane: 'clients',
    minutes: 10,
    command: (node) =>
      nodeTests(
        node,
        ['openstack', 'placement', 'volumes', 'accounts-and-networks'].map(
          (name) => `test/clients/${name}.clients.ts`,
        ),
        sessionTimeoutMs,
      ),
  },
  client('openstacksdk', ['openstacksdk']),
  client('gophercloud', ['go']),
  client('pkgcloud', []),
  {
    name: "gophercloud's own tests",
    needs: ['go'],
    everyday: false,
    lane: 'clients',
    minutes: 8,
    command: (node) => [
      node,
      quiet,
      join(root, 'test', 'clients', 'gophercloud-acceptance', 'main.ts'),
    ],
  },
  {
    name: 'Tempest',
    needs: ['tempest'],
    everyday: false,
    lane: 'tempest',
    minutes: 12,
    command: (node) => [node, quiet, join(root, 'test', 'tempest', 'main.ts')],
  },
  {
    name: 'saga kit',
    needs: [],
    everyday: false,
    minutes: 7,
    // A small share, another one every day: all of it takes longer than all the rest. `npm run kit` plays it whole.
    command: (node) => [node, quiet, join(root, 'test', 'kit', 'main.ts'), ...shareOfToday(20)],
  },
  {
    name: 'simulation',
    needs: [],
    everyday: false,
    minutes: 5,
    // The same stories every time, and then new ones: of those that are longer than these, one of some four hundred found something.
    command: (node) =>
      simulation(node, ['--seed', '1', '--seeds', '20', '--then-fresh', '10', '--attempts', '60']),
  },
  {
    name: 'mistakes that must be caught',
    needs: [],
    everyday: false,
    minutes: 4,
    // A few, others every day, each first by what caught it the last time. `npm run mutate` makes them all.
    command: (node) => {
      const main = join(root, 'test', 'mutate', 'main.ts')
      return [node, quiet, main, '--known', ...shareOfToday(6)]
    },
  },
  {
    name: 'crashes on SQLite',
    needs: [],
    everyday: false,
    minutes: 4,
    command: (node) => crashes(node, 'sqlite'),
  },
  {
    name: 'crashes on PostgreSQL',
    needs: ['postgresql'],
    everyday: false,
    minutes: 4,
    command: (node) => crashes(node, 'postgres'),
  },
  {
    name: 'check',
    needs: [],
    everyday: false,
    minutes: 3,
    command: (node) => [node, join(scripts, 'check.mjs'), '--without-tests'],
  },
]

/** Node's test runner over files or patterns, with bounded company: a test may start processes of its own. */
export function nodeTests(node, args, timeoutMs = testTimeoutMs) {
  const reporter = join(scripts, 'ci', 'reporter.mjs')
  const bounds = ['--test-concurrency=2', `--test-timeout=${timeoutMs}`]
  return [node, '--test', quiet, ...bounds, `--test-reporter=${reporter}`, ...args]
}

/** A program in another language, which has the whole cloud to itself. */
function client(name, needs) {
  return {
    name,
    needs,
    everyday: false,
    lane: 'clients',
    minutes: 6,
    command: (node) => nodeTests(node, [`test/clients/${name}.clients.ts`], sessionTimeoutMs),
  }
}

/** One of so many shares, in turn. */
function shareOfToday(shares) {
  const dayMs = 86_400_000
  const from = (Math.floor(Date.now() / dayMs) % shares) + 1
  return ['--every', String(shares), '--from', String(from)]
}

function simulation(node, args) {
  return [node, quiet, join(root, 'test', 'sim', 'main.ts'), ...args]
}

function crashes(node, database) {
  const bounds = ['--times', '30', '--seconds', '100', '--database', database]
  return [node, quiet, join(root, 'test', 'crash', 'main.ts'), ...bounds]
}

/** The test files that ask for every database there is. */
function filesOnPostgres() {
  return ['src', 'test']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, file)),
    )
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) =>
      /testDatabases|BERTH_TEST_POSTGRES_URL/.test(readFileSync(join(root, file), 'utf8')),
    )
}
