/** A crash matrix as a page of Markdown. */
import type { EndState } from './end-state.ts'
import { isWrong } from './rehearse.ts'
import type { Death, Matrix, Row } from './rehearse.ts'

/** What is honest to say of how it was done. */
export const howItWasDone =
  'The control plane is the production code on an embedded database, with two simulated hosts and a virtual clock, in one process. It dies at the named moment: what was not committed is lost with everything in its memory, and a new one starts on the same database. What a host was doing goes on meanwhile. Real processes on real disks are killed by `npm run crash`.'

export function pageOf(matrix: Matrix): string {
  const { operation, begins, failing, policy, mayFail, rows } = matrix
  const wrong = rows.filter((row) => isWrong(row, matrix)).length
  const settings = policy === 'leave' ? '' : `, under the policy \`${policy}\``
  return [
    `# What becomes of ${operation} when the control plane dies`,
    '',
    '<!-- Written by `npm run docs`, which plays it: berth crash-matrix. -->',
    '',
    howItWasDone,
    '',
    `It begins with ${begins}${settings}.${failing === null ? '' : ` Every call of \`${failing}\` fails.`} ${rows.length} moments; ${wrong === 0 ? 'every invariant holds after each of them' : `${wrong} violated`}.`,
    ...(mayFail === null ? [] : ['', `A crash may make it fail: ${mayFail}.`]),
    '',
    '| # | step | it dies | found at the restart | in the end: vm / task / status | move | on host1 | on host2 | invariants |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map((row, index) => `| ${index + 1} | ${cellsOf(row, matrix).join(' | ')} |`),
    '',
  ].join('\n')
}

/** The cells of a row, from the step on. */
export function cellsOf(row: Row, matrix: Matrix): readonly string[] {
  const { death, found, end } = row
  return [
    `${death.direction === 'do' ? '' : 'undo '}${death.step}`,
    sayMoment(death),
    found === null ? '-' : sayStates(found),
    sayStates(end),
    end.migration ?? '-',
    end.held['host1'] ?? '-',
    end.held['host2'] ?? '-',
    sayVerdict(row, matrix),
  ]
}

function sayStates({ vmState, taskState, status }: EndState): string {
  return `${vmState ?? '-'} / ${taskState ?? '-'} / ${status}`
}

function sayVerdict(row: Row, matrix: Matrix): string {
  if (!row.rests) return 'NEVER ENDS'
  if (row.violations.length > 0) return `VIOLATED: ${row.violations.join('; ')}`
  if (row.verdict === 'holds') return 'hold'
  return isWrong(row, matrix) ? 'hold, but it ENDS OTHERWISE' : 'hold; ends otherwise'
}

function sayMoment({ when, call }: Death): string {
  return call === null ? when : `${when} of ${call.verb} on ${call.host}`
}
