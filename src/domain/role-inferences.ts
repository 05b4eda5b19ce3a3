/** Which roles bring which others with them: rules between roles, followed as far as they lead. */

/** Who has the role `prior` has the role `implied`. Both are ids. */
export type Inference = { readonly prior: string; readonly implied: string }

/** The roles and all that they imply. Rules may lead in circles. */
export function withInferred(
  given: Iterable<string>,
  rules: readonly Inference[],
): ReadonlySet<string> {
  const following = Map.groupBy(rules, ({ prior }) => prior)
  const reached = new Set(given)
  // A set is walked through to its end, and what is put in on the way is walked through too.
  for (const role of reached) {
    for (const { implied } of following.get(role) ?? []) reached.add(implied)
  }
  return reached
}
