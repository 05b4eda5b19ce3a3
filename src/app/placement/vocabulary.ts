/** The names that exist: checking what is asked against them, and adding the standard ones at start. */
import { problem } from '../../lib/problem.ts'
import type { PlacementView } from '../../placement/live-index.ts'
import * as classes from '../../store/placement/classes.ts'
import * as traits from '../../store/placement/traits.ts'
import type { Context } from '../context.ts'

/** Adds the standard resource classes and traits that the database lacks. Those that users made stay. */
export async function addStandardNames({ store, clock }: Context): Promise<void> {
  await store.transaction(async (tx) => {
    await classes.addStandard(tx, clock.now())
    await traits.addStandard(tx, clock.now())
  })
}

type Named = {
  readonly resources: ReadonlyMap<string, number>
  readonly required: readonly (readonly string[])[]
  readonly forbidden: readonly string[]
}

/** @throws `invalid` when a resource class or trait is named that does not exist. */
export function refuseUnknown(view: PlacementView, named: Named, traitsWording = ''): void {
  const stranger = [...named.resources.keys()].find((name) => !view.classes.has(name))
  if (stranger !== undefined) {
    throw problem(
      'invalid',
      `Invalid resource class in resources parameter: No such resource class ${stranger}.`,
    )
  }
  refuseUnknownTraits(view, [...named.required.flat(), ...named.forbidden], traitsWording)
}

/** @throws `invalid` */
export function refuseUnknownTraits(
  view: PlacementView,
  names: readonly string[],
  wording = '',
): void {
  const strangers = [...new Set(names)].filter((name) => !view.traits.has(name))
  if (strangers.length === 0) return
  throw problem('invalid', `${wording}No such trait(s): ${strangers.toSorted().join(', ')}.`)
}
