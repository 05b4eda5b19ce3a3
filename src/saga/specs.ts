/** Steps as the engine sees them: which of the two kinds of specification a step has, and how a saga ends. */
import type { Problem } from '../lib/problem.ts'
import type { Outputs } from '../store/sagas/record.ts'
import type { HostStep, Kit, Recording, RecordStep, SagaDefinition, Step } from './definition.ts'

type Outs = Readonly<Record<string, unknown>>
type AnyRecordStep = RecordStep<Kit, unknown, Outs, unknown>
type AnyHostStep = HostStep<Kit, unknown, Outs, unknown>
type AnyEnding = {
  readonly failed: (c: Recording<Kit, unknown, Outs>, failure: Problem) => Promise<void>
  readonly succeeded?: (c: Recording<Kit, unknown, Outs>) => Promise<void>
}

// The kind of a step says which of the two its spec is; parameters and outputs are those of its own saga.
export function recordSpec(step: Step): AnyRecordStep {
  return step.spec as unknown as AnyRecordStep
}

export function hostSpec(step: Step): AnyHostStep {
  return step.spec as unknown as AnyHostStep
}

// Written for the parameters and outputs of its own saga, which is the only one that it is called for.
export function endingOf(definition: SagaDefinition): AnyEnding {
  return definition.ending as unknown as AnyEnding
}

/** The outputs with that of one more step. */
export function added(outputs: Outputs, step: string, output: unknown): Outputs {
  return output === undefined
    ? outputs
    : { ...outputs, steps: { ...outputs.steps, [step]: output } }
}
