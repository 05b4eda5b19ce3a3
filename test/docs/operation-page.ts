/** The page of an operation, from its definition: steps, undo, point of no return, and what failure leaves. */
import type { HostStep, Kit, SagaDefinition, Step } from '../../src/saga/definition.ts'
import { isNothing } from '../../src/saga/nothing.ts'

export function operationPage(saga: SagaDefinition): string {
  return [
    `# ${saga.name}`,
    '',
    '<!-- Written by `npm run docs` from the operation itself. -->',
    '',
    '| # | step | where | what it does | when it is undone |',
    '|---|---|---|---|---|',
    ...saga.steps.flatMap((step, index) => [...markBefore(saga, index), rowOf(step, index)]),
    '',
    ...paragraphs(saga).flatMap((paragraph) => [paragraph, '']),
  ]
    .join('\n')
    .replace(/\n+$/, '\n')
}

function markBefore({ pointOfNoReturn }: SagaDefinition, index: number): readonly string[] {
  return pointOfNoReturn?.at === index
    ? [`| | **point of no return** | | ${cell(pointOfNoReturn.why)} | |`]
    : []
}

function rowOf(step: Step, index: number): string {
  const { undo } = step.spec
  const undone = isNothing(undo) ? `nothing: ${undo.nothingToUndo}` : 'made undone'
  const where = step.kind === 'host' ? 'host' : 'records'
  return `| ${index + 1} | \`${step.name}\` | ${where} | ${cell(step.title)} | ${cell(undone)} |`
}

function paragraphs(saga: SagaDefinition): readonly string[] {
  return [
    ...saga.segments.map(({ from, to }) => {
      const names = saga.steps.slice(from, to).map(({ name }) => `\`${name}\``)
      return `When ${names.join(' or ')} fails in a way that another host may not, what was done since ${names[0]} is undone and done again elsewhere, as often as the cloud allows.`
    }),
    ...saga.settlements.map(
      ({ after, title }) =>
        `From step ${after + 1} on, where the policy says so, a failure is settled at once instead of being undone: *${title}*.`,
    ),
    ...saga.steps.flatMap((step) => {
      const stranded = strandedOf(step)
      return stranded === undefined
        ? []
        : [
            `When \`${step.name}\` cannot be undone, because its host does not answer or refuses again and again: *${stranded}*.`,
          ]
    }),
    ...saga.steps.flatMap((step) =>
      'tolerate' in step.spec && step.spec.tolerate !== undefined
        ? [
            `A failure of \`${step.name}\` that the operation can live with does not stop it; what is left to do is done later.`,
          ]
        : [],
    ),
    saga.pointOfNoReturn === null
      ? 'Any other failure undoes every step that began, the last one first. A delete that arrives meanwhile has the same effect, and then begins.'
      : 'Before the point of no return a failure undoes every step that began, the last one first; behind it every step is tried until it is done. A delete that arrives meanwhile begins where this ends.',
  ]
}

function strandedOf(step: Step): string | undefined {
  if (step.kind !== 'host') return undefined
  // The kind of a step says which of the two its spec is.
  return (step.spec as HostStep<Kit, never, never, unknown>).stranded?.title
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
