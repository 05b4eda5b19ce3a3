import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changes } from '../../src/api/compute/changes.ts'
import { openHistory } from '../../src/api/compute/history.ts'
import { describeRoute } from '../../src/api/compute/route.ts'
import type { Route } from '../../src/api/compute/route.ts'
import { routes, stateOf } from '../../src/api/compute/routes.ts'
import { golden } from '../support/golden.ts'

const history = openHistory(changes)

test('the list of routes is the one that is written down', () => {
  const lines = routes.map((route) => [
    stateOf(route),
    lifeOf(route),
    describeRoute(route),
    route.policy ?? '-',
    route.judge === 'use-case' ? 'by the owner' : '',
  ])
  const sorted = lines.toSorted((a, b) => compare(a[2] ?? '', b[2] ?? ''))
  const counts = Object.entries(Object.groupBy(routes, stateOf)).map(
    ([state, of]) => `${of.length} ${state}`,
  )
  golden('compute-routes.txt', [`# ${counts.join(', ')}`, ...table(sorted)].join('\n'))
})

test('changes speak of routes that there are', () => {
  const names = new Set(routes.map(({ name }) => name))
  const spoken = changes.flatMap((change) =>
    [
      ...Object.keys(change.requests ?? {}),
      ...Object.keys(change.queries ?? {}),
      ...Object.keys(change.lifts ?? {}),
      ...Object.keys(change.statuses ?? {}),
      ...(change.adds ?? []),
      ...(change.removes ?? []),
    ].map((name) => ({ name, minor: change.minor })),
  )
  assert.deepEqual(
    spoken.filter(({ name }) => !names.has(name)),
    [],
  )
})

test('the way back of every schema exists at every version', () => {
  for (const route of routes) {
    for (let at = 0; at <= history.newest; at += 1) {
      if (!history.exists(route.name, at)) continue
      const name = route.speaksAs ?? route.name
      if (route.request !== null) history.request(name, route.request, at)
      history.query(name, route.query, at)
    }
  }
})

function lifeOf({ name }: Route): string {
  const { from, until } = history.lifeOf(name)
  return from === null && until === null
    ? ''
    : `2.${from ?? 1}-${until === null ? '' : `2.${until}`}`
}

function table(lines: readonly (readonly string[])[]): readonly string[] {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** By path first, as a reader looks for them. */
function compare(a: string, b: string): number {
  const key = (line: string): string => line.replace(/^(\S+) (.*)$/, '$2 $1')
  return key(a) < key(b) ? -1 : 1
}
