/** Saying what went wrong within a step in the words of the whole: what was asked, and why not. */
import type { Details, Problem, ProblemKind } from '../../lib/problem.ts'
import { isProblem, problem } from '../../lib/problem.ts'

export type Wording = {
  readonly [Kind in ProblemKind]?: (cause: Problem) => Problem
}

/** Runs the work. A problem of a kind that is listed is thrown as what is said there. */
export async function worded<T>(wording: Wording, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown
    const say = wording[thrown.kind]
    throw say === undefined ? thrown : say(thrown)
  }
}

/** A problem of this kind: the introduction, then the sentence of the cause. Details of the cause stay. */
export function saying(
  kind: ProblemKind,
  introduction: string,
  details: Details = {},
): (cause: Problem) => Problem {
  return (cause) =>
    problem(kind, introduction + cause.message, { ...cause.details, ...details }, { cause })
}

/** Somebody else was faster; whoever asks may look again and decide anew. */
export function overtaken(message: string): Problem {
  return problem('stale', message, { code: 'concurrent_update' })
}
