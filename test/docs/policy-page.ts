/**
 * The page about failure policies: the diagram is drawn from the operation itself, and what each failure leaves is what it left when
 * this was written: it is played for the page.
 */
import { verbs } from '../../src/drivers/verbs.ts'
import type { FailurePolicy } from '../../src/operations/resize.ts'
import { resizeServer } from '../../src/operations/resize.ts'
import type { EndState } from '../../src/rehearsal/end-state.ts'
import { outcomeOf } from '../../src/rehearsal/rehearse.ts'
import type { HostStep, Kit, Step } from '../../src/saga/definition.ts'

const policies: readonly FailurePolicy[] = ['leave', 'rollback']
const calls = [verbs.getAvailableResource, verbs.migrateDiskAndPowerOff, verbs.finishMigration].map(
  ({ spellings }) => spellings[0],
)

export async function policyPage(): Promise<string> {
  return [
    '# Failure policies',
    '',
    '<!-- Written by `npm run docs`: the diagram from the operation, the table from playing it. -->',
    '',
    'A resize or cold migration can fail after the guest of its server was powered off and its disk has moved. What then becomes of the server is the choice of the cloud, and each request may make its own.',
    '',
    '| where | how | |',
    '|---|---|---|',
    '| the cloud | `--failure-policy leave` or `rollback`, `BERTH_FAILURE_POLICY` | `leave` unless said otherwise |',
    "| one request | `X-Berth-Failure-Policy: leave` or `rollback` on a resize or migrate action | overrides the cloud's; any other word is refused with 400 |",
    '',
    '- `leave`: the server is in error where its disk is, holding what its flavor says there and nothing elsewhere; a hard reboot recovers it. This is what Nova does when all goes well.',
    '- `rollback`: the server returns to where it was, in its old size, and goes on; the fault stays readable on its action.',
    '',
    'Until the guest is touched both policies are the same: everything is taken back, and the server never noticed.',
    '',
    '## What happens when a step fails',
    '',
    '```mermaid',
    ...diagram(),
    '```',
    '',
    '## What each failure leaves',
    '',
    'A running server with 1 CPU, 512 MB and 1 GB on host1 is resized to 2 CPU, 2048 MB and 20 GB on host2, and one call to a host fails every time.',
    '',
    '| what fails | policy | server | move | held on host1 | held on host2 | really on host1 | really on host2 |',
    '|---|---|---|---|---|---|---|---|',
    ...(await rows()),
    '',
  ].join('\n')
}

function diagram(): readonly string[] {
  const { steps, settlements } = resizeServer
  const settled = settlements.flatMap(({ after, name, title }) => [
    `  ${name}["${title}"]:::end`,
    ...steps.slice(after).map((step) => `  ${step.name} -. fails, policy leave .-> ${name}`),
  ])
  return [
    'flowchart TD',
    ...steps.map((step) => `  ${step.name}["${step.title}"]`),
    `  ${steps.map(({ name }) => name).join(' --> ')}`,
    '  undone["Undo every step that began, the last one first: the server is on the source as it was, or in error there if its guest was touched and the policy is leave"]:::end',
    ...steps.map((step, index) => {
      const isAlways = !settlements.some(({ after }) => index >= after)
      return `  ${step.name} -. fails${isAlways ? '' : ', policy rollback'} .-> undone`
    }),
    ...settled,
    ...steps.flatMap((step) => {
      const title = strandedTitle(step)
      if (title === null) return []
      return [
        `  stranded["${title}"]:::end`,
        `  undone -. ${step.name} cannot be undone .-> stranded`,
      ]
    }),
    '  classDef end stroke-width:3px',
  ]
}

function strandedTitle(step: Step): string | null {
  if (step.kind !== 'host') return null
  // The kind of a step says which of the two its spec is.
  return (step.spec as HostStep<Kit, never, never, unknown>).stranded?.title ?? null
}

async function rows(): Promise<readonly string[]> {
  const lines: string[] = []
  for (const failing of [null, ...calls]) {
    for (const policy of policies) {
      const end = await outcomeOf({ operation: 'server.resize', failing, policy })
      const what = failing === null ? 'nothing' : `\`${failing}\``
      lines.push(`| ${what} | ${policy} | ${cells(end).join(' | ')} |`)
    }
  }
  return lines
}

function cells({ status, host, migration, held, guests }: EndState): readonly string[] {
  const or = (text: string | undefined): string => (text === undefined || text === '' ? '-' : text)
  return [
    `${status} on ${host}`,
    migration ?? '-',
    or(held['host1']),
    or(held['host2']),
    or(guests['host1']),
    or(guests['host2']),
  ]
}
