/** How many rounds there were of which operation, and how many did not end as promised. */

/** What came of a part of a scenario. */
export type Score = {
  readonly operation: string
  readonly scenario: string
  readonly weathers: number
  readonly strikes: number
  readonly failed: number
}

export type Line = {
  readonly operation: string
  readonly scenarios: number
  readonly weathers: number
  readonly strikes: number
  readonly rounds: number
  readonly failed: number
}

export function numbers(scores: readonly Score[]): {
  readonly rounds: number
  readonly failed: number
  readonly operations: readonly Line[]
} {
  const names = [...new Set(scores.map(({ operation }) => operation))].toSorted()
  const operations = names.map((name) =>
    lineOf(
      name,
      scores.filter(({ operation }) => operation === name),
    ),
  )
  const { rounds, failed } = lineOf('all', scores)
  return { rounds, failed, operations }
}

function lineOf(operation: string, scores: readonly Score[]): Line {
  const sum = (of: 'failed' | 'strikes' | 'weathers'): number =>
    scores.reduce((total, score) => total + score[of], 0)
  const [weathers, strikes, failed] = [sum('weathers'), sum('strikes'), sum('failed')]
  const scenarios = new Set(scores.map(({ scenario }) => scenario)).size
  return { operation, scenarios, weathers, strikes, rounds: weathers + strikes, failed }
}

const heads = ['operation', 'scenarios', 'weathers', 'struck', 'rounds', '']

export function table(scores: readonly Score[], seconds: number): string {
  const { operations } = numbers(scores)
  const all = lineOf(`${operations.length} operations`, scores)
  const rows = [heads, ...[...operations, all].map(cellsOf)]
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const told = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return column === 0 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
  const rule = '-'.repeat(widths.reduce((total, width) => total + width + 2, -2))
  const body = [told[0], rule, ...told.slice(1, -1), rule, told.at(-1)]
  const verdict = all.failed === 0 ? 'all end as promised' : `${all.failed} DO NOT END AS PROMISED`
  return `${body.join('\n')}\n\n${all.rounds} rounds in ${seconds.toFixed(0)} s: ${verdict}`
}

function cellsOf({ operation, scenarios, weathers, strikes, rounds, failed }: Line): string[] {
  const counts = [scenarios, weathers, strikes, rounds].map((count) => count.toLocaleString('en'))
  return [operation, ...counts, failed === 0 ? 'pass' : `${failed} FAIL`]
}
