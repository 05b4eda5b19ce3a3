/**
 * `berth crash-matrix`: what becomes of an operation when the control plane dies at each of its moments. Exit code 1 says that
 * something is wrong after one of them.
 *
 * It needs no running cloud: it plays on a stage of its own, and says so.
 */
import { problem } from '../../lib/problem.ts'
import { cellsOf, howItWasDone, pageOf } from '../../rehearsal/page.ts'
import { isWrong, rehearse } from '../../rehearsal/rehearse.ts'
import type { Matrix } from '../../rehearsal/rehearse.ts'
import { operationNamed, scenes } from '../../rehearsal/scenes.ts'
import { count, paragraph, table } from '../layout.ts'
import type { Sink, Terminal } from '../terminal.ts'

export type CrashMatrixOptions = {
  readonly json?: boolean
  readonly markdown?: boolean
  readonly fail?: string
  readonly policy?: string
}

export async function crashMatrix(
  terminal: Terminal,
  progress: Sink | null,
  signal: AbortSignal,
  name: string | undefined,
  options: CrashMatrixOptions,
): Promise<number> {
  if (name === undefined) return list(terminal, options.json === true)
  const operation = operationNamed(name)
  if (operation === null) {
    throw problem('invalid', `There is no operation ${name}: "berth crash-matrix" lists them`)
  }
  const { policy = 'leave', fail = null } = options
  if (policy !== 'leave' && policy !== 'rollback') {
    throw problem('invalid', `--policy takes leave or rollback, not "${policy}"`)
  }
  const wish = { operation, failing: fail, policy } as const
  const matrix = await rehearse(wish, signal, (done, of) => {
    progress?.write(`\r${operation}: ${done} of ${of} crashes`)
  })
  // What comes now begins where the progress was.
  progress?.write(`\r${' '.repeat(60)}\r`)
  const wrong = matrix.rows.filter((row) => isWrong(row, matrix)).length
  if (options.json === true) terminal.json({ how: howItWasDone, ...matrix, wrong })
  else if (options.markdown === true) terminal.line(pageOf(matrix))
  else show(matrix, wrong, terminal)
  return wrong === 0 ? 0 : 1
}

function list(terminal: Terminal, asJson: boolean): number {
  const names = Object.keys(scenes)
  if (asJson) terminal.json({ operations: names })
  else for (const line of table(['operation', 'begins with'], rowsOf(names))) terminal.line(line)
  return 0
}

function rowsOf(names: readonly string[]): readonly (readonly string[])[] {
  return names.map((name) => [name, scenes[name]?.begins ?? ''])
}

function show(matrix: Matrix, wrong: number, terminal: Terminal): void {
  const { operation, begins, failing, policy, rows, mayFail } = matrix
  const failure = failing === null ? '' : `, every ${failing} failing, policy ${policy}`
  terminal.line(terminal.styled('bold', `${operation}: ${begins}${failure}`))
  for (const line of paragraph(howItWasDone, 2)) terminal.line(terminal.styled('dim', line))
  if (mayFail !== null) {
    for (const line of paragraph(`A crash may make it fail: ${mayFail}.`, 2)) terminal.line(line)
  }
  terminal.line()
  const head = ['step', 'it dies', 'found', 'in the end', 'move', 'host1', 'host2', 'invariants']
  const cells = rows.map((row) => {
    const verdict = isWrong(row, matrix) ? 'red' : 'green'
    return cellsOf(row, matrix).map((cell, column, all) =>
      column === all.length - 1 ? terminal.styled(verdict, cell) : cell,
    )
  })
  for (const line of table(head, cells)) terminal.line(line)
  terminal.line()
  const verdict =
    wrong === 0
      ? terminal.styled('green', 'every invariant holds after each of them')
      : terminal.styled('red', `${wrong} violated`)
  terminal.line(`${count(rows.length, 'crash').replace(/crashs$/, 'crashes')}: ${verdict}.`)
}
