/** The steps of an operation as a picture: what was done, where, how long it took, and what became of a failure. */
import { count, duration, table } from './layout.ts'
import type { Terminal } from './terminal.ts'

export type StepDocument = {
  readonly name: string
  readonly title: string
  readonly act: 'do' | 'settle' | 'undo'
  readonly host: string | null
  readonly outcome: 'done' | 'failed' | 'started'
  readonly attempts: number
  readonly problem: { readonly message: string } | null
  readonly started_at: string
  readonly finished_at: string | null
}

export function timeline(steps: readonly StepDocument[], terminal: Terminal): readonly string[] {
  const rows = steps.flatMap((step) => [
    [mark(step, terminal), `${sayStep(step)}${terminal.styled('dim', facts(step))}`],
    ...(step.problem === null ? [] : [['', terminal.styled('red', step.problem.message)]]),
  ])
  return table(['', ''], rows, 2)
}

function mark({ act, outcome }: StepDocument, { styled }: Terminal): string {
  if (outcome === 'failed') return styled('red', 'failed')
  if (outcome === 'started') return 'now'
  if (act === 'do') return styled('green', 'done')
  return styled('yellow', act === 'undo' ? 'undone' : 'settled')
}

/** What has been undone is told by its mark. */
function sayStep({ title, act, outcome }: StepDocument): string {
  return act === 'undo' && outcome !== 'done' ? `Undo: ${title}` : title
}

/** Where it was done, how long that took, how often it was tried. A step in the database has no place and takes no time. */
function facts({ act, host, started_at, finished_at, attempts, outcome }: StepDocument): string {
  if (host === null || act === 'settle') return ''
  const tries = attempts + (outcome === 'started' ? 0 : 1)
  const told = [
    host,
    ...(finished_at === null ? [] : [duration(Date.parse(finished_at) - Date.parse(started_at))]),
    ...(attempts === 0 ? [] : [`tried ${count(tries, 'time')}`]),
  ]
  return ` (${told.join(', ')})`
}
