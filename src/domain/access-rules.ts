/**
 * Access rules: what a program that was given an application credential may ask for, and nothing else.
 *
 * A rule is a service by its type, a method, and a pattern for a path: `*` and `{name}` stand for one whole segment, `**` for
 * anything. A pattern is compared by walking through the path once with all the places in the pattern that may have been reached, and
 * not with a regular expression, because whoever writes a pattern could make one of those take forever.
 */

export type AccessRule = {
  readonly id: string
  /** An official type, such as `compute`. It need not be in the catalog. */
  readonly service: string
  readonly method: string
  readonly path: string
}

export type RuledRequest = {
  /** The types by which the service that is asked is known. */
  readonly types: readonly string[]
  readonly method: string
  /** Below where the service answers, and below the origin: clients' documents have the one or the other. */
  readonly paths: readonly string[]
}

export const ruleMethods: readonly string[] = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT']
export const rulesMax = 32
const pathMax = 2048

/** Whether any of the rules lets the request pass. What could mean one path here and another one there passes none. */
export function letsPass(rules: readonly AccessRule[], request: RuledRequest): boolean {
  const plain = request.paths.filter((path) => path.length <= pathMax && !isAmbiguous(path))
  return rules.some(
    ({ service, method, path }) =>
      method === request.method &&
      request.types.includes(service) &&
      plain.some((each) => pathMatches(each, path)),
  )
}

/** A slash that is hidden in a segment, and segments that mean another place. */
function isAmbiguous(path: string): boolean {
  return /%2f|%5c|\\/i.test(path) || /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path)
}

type Part = 'segment' | 'anything' | { readonly is: string }

/** Whether a pattern is one: a brace that opens or closes nothing is none. */
export function isPattern(pattern: string): boolean {
  return pattern.startsWith('/') && !/[{}]/.test(pattern.replaceAll(/\{[^{}]*\}/g, ''))
}

export function pathMatches(path: string, pattern: string): boolean {
  const parts = partsOf(pattern)
  let reached = reachable(new Set([0]), parts)
  for (const character of path) {
    const next = new Set<number>()
    for (const at of reached) {
      const part = parts[at]
      if (part === 'anything') next.add(at)
      else if (part === 'segment') {
        if (character !== '/') next.add(at).add(at + 1)
      } else if (part?.is === character) next.add(at + 1)
    }
    reached = reachable(next, parts)
  }
  return reached.has(parts.length)
}

/** Anything may be nothing: what follows it is reached with it. */
function reachable(places: Set<number>, parts: readonly Part[]): Set<number> {
  for (const at of places) if (parts[at] === 'anything') places.add(at + 1)
  return places
}

function partsOf(pattern: string): readonly Part[] {
  const words = pattern.match(/\{[^{}]*\}|\*\*|\*|[^{}*]/gsu) ?? []
  return words.map((word): Part => {
    if (word === '**') return 'anything'
    return word === '*' || word.startsWith('{') ? 'segment' : { is: word }
  })
}
