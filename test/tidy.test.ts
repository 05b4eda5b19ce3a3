/**
 * What the formatter and the linter cannot see: layers, cycles, dead files, long files, and things that have one home.
 *
 * When one of these fails, the source is wrong more often than the rule.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourcesIn, textOf, withoutComments } from './support/sources.ts'
import type { SourceFile } from './support/sources.ts'

const all = sourcesIn(['src', 'test', 'bench'])
const files = new Map(all.map((file) => [file.path, file]))
const sources = all.filter(({ path }) => path.startsWith('src/') && !isTest(path))

const linesMax = 300

/** Packages that only these folders may know. */
const homesOfPackages: Readonly<Record<string, readonly string[]>> = {
  kysely: ['src/store/'],
  pg: ['src/store/'],
  // What hosts hold, and what their agents remember, is theirs: it is stored apart from the control plane's records.
  'node:sqlite': ['src/store/', 'src/drivers/', 'src/agents/'],
  fastify: ['src/api/'],
  pino: ['src/lib/'],
}

/** What makes a run impossible to replay has one home, from which it is passed on as a parameter. */
const homesOfCode = [
  { what: 'the time', code: /\bDate\.now\(|\bnew Date\(\)/, homes: ['src/lib/', 'src/main.ts'] },
  { what: 'chance', code: /\bMath\.random\(/, homes: ['src/lib/', 'src/main.ts'] },
  {
    what: 'the environment',
    code: /\bprocess\.env\b/,
    homes: ['src/lib/', 'src/config.ts', 'src/main.ts', 'src/cli/main.ts'],
  },
  {
    what: 'a microversion of Compute',
    code: /['"`]2\.[1-9]\d{0,2}['"`]/,
    // A client of other clouds says which version it speaks.
    homes: ['src/api/compute/changes/', 'src/api/compute/version', 'src/cli/public/'],
  },
]

test('every import is one that the table of layers allows', () => {
  const layers = layersIn(textOf('docs/architecture.md'))
  const wrong = all
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap((file) => file.imports.map((target) => ({ file, target })))
    .filter(({ file, target }) => !mayImport(layers, file.path, target))
    .map(({ file, target }) => `${file.path} imports ${target}`)
  assert.deepEqual(wrong, [])
})

test('every folder of sources is in the table of layers', () => {
  const layers = layersIn(textOf('docs/architecture.md'))
  const unknown = new Set(
    sources.map(({ path }) => layerOf(path)).filter((name) => !layers.has(name)),
  )
  assert.deepEqual([...unknown], [])
})

test('every import names a file that is there', () => {
  const missing = all.flatMap(({ path, imports }) =>
    imports
      .filter((target) => target.endsWith('.ts') && !files.has(target))
      .map((target) => `${path}: ${target}`),
  )
  assert.deepEqual(missing, [])
})

// Types may refer to each other: nothing is loaded in an order because of them.
test('no file loads itself by a detour', () => {
  assert.deepEqual(cycles(), [])
})

test('every source is used by a program, or by a test other than its own', () => {
  const programs = ['src/main.ts', 'src/cli/main.ts']
  const tests = all.filter(({ path }) => isTest(path) || !path.startsWith('src/'))
  const roots = [
    ...programs,
    ...tests.flatMap(({ path, imports }) => imports.filter((target) => target !== subjectOf(path))),
  ]
  const alive = reachable(roots)
  assert.deepEqual(
    sources.map(({ path }) => path).filter((path) => !alive.has(path)),
    [],
  )
})

test('no file is longer than a reader likes', () => {
  const long = all.filter(({ lines }) => lines > linesMax)
  assert.deepEqual(
    long.map(({ path, lines }) => `${path}: ${lines}`),
    [],
  )
})

for (const { what, code, homes } of homesOfCode) {
  test(`${what} has one home`, () => {
    const strays = sources.filter((file) => !isIn(homes, file.path) && code.test(file.code))
    assert.deepEqual(
      strays.map((file) => `${file.path}: ${code.exec(file.code)?.[0]}`),
      [],
    )
  })
}

test('packages are known only where they belong', () => {
  const strays = sources.flatMap(({ path, packages }) =>
    packages
      .filter((name) => !isIn(homesOfPackages[name] ?? [path], path))
      .map((name) => `${path}: ${name}`),
  )
  assert.deepEqual(strays, [])
})

test('the lock file names versions and hashes, and no place to fetch them from', () => {
  assert.doesNotMatch(textOf('package-lock.json'), /"resolved"/)
})

test('comments are told from strings, templates and regular expressions', () => {
  const kept = [
    `const a = 'http://x' + "/* no */"`,
    'const b = `// ${c ? `/* ${"}"} */` : "`"} //`',
    String.raw`const d = /['"\/*]/.test(e) && f / g / h`,
    String.raw`const i = [/[/*]'/, '\'//']`,
  ]
  for (const line of kept) assert.equal(withoutComments(line), line)
  assert.equal(withoutComments('a /* b\n */ c // d\ne'), 'a     \n    c     \ne')
})

type Layers = ReadonlyMap<string, readonly string[] | 'everything'>

/** Reads the table of docs/architecture.md: a folder (or file) of src/, and what it may import. */
function layersIn(text: string): Layers {
  const rows = [...text.matchAll(/^\| `([\w.]+)` \|([^|]*)\|/gm)]
  assert(rows.length > 5, 'the table of layers is not where it was')
  return new Map(
    rows.map(([, name = '', allowed = '']) => [
      name,
      allowed.trim() === 'everything'
        ? 'everything'
        : [...allowed.matchAll(/`([\w.]+)`/g)].map((match) => match[1] ?? ''),
    ]),
  )
}

function mayImport(layers: Layers, path: string, target: string): boolean {
  if (!isTest(path) && (isTest(target) || !target.startsWith('src/'))) return false
  if (target.startsWith('test/support/')) return true
  const [from, to] = [layerOf(path), layerOf(target)]
  const allowed = layers.get(from) ?? []
  if (allowed === 'everything' || from === to || allowed.includes(to)) return true
  const order = [...layers.keys()]
  return isTest(path) && order.includes(to) && order.indexOf(to) < order.indexOf(from)
}

/** `src/store/open.ts` belongs to `store`, `src/main.ts` to itself. */
function layerOf(path: string): string {
  return path.split('/')[1] ?? ''
}

/** `*.test.ts`, and what tests beside sources share: `*.testsuite.ts` and the like. */
function isTest(path: string): boolean {
  return /\.test\w*\.ts$/.test(path)
}

/** The source that a test of the same name is about. */
function subjectOf(path: string): string {
  return path.replace(/\.test\w*\.ts$/, '.ts')
}

function isIn(homes: readonly string[], path: string): boolean {
  return homes.some((home) => path.startsWith(home))
}

function reachable(roots: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const waiting = [...roots]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    waiting.push(...(files.get(path)?.imports ?? []))
  }
  return seen
}

/** Each cycle once, as the way around it. */
function cycles(): readonly string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (file: SourceFile, way: readonly string[]): void => {
    const start = way.indexOf(file.path)
    if (start >= 0) found.push([...way.slice(start), file.path].join(' -> '))
    if (start >= 0 || done.has(file.path)) return
    for (const target of file.loads) {
      const next = files.get(target)
      if (next) visit(next, [...way, file.path])
    }
    done.add(file.path)
  }
  for (const file of all) visit(file, [])
  return found
}
