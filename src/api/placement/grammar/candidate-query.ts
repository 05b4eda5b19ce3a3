/** The query string of allocation candidates, as a query. */
import type { CandidateQuery, RequestGroup } from '../../../domain/placement/candidate-query.ts'
import { problem } from '../../../lib/problem.ts'
import type { Api } from '../route.ts'
import { membershipIn, plainTraitsIn, resourcesIn, traitsIn, treeIn } from './values.ts'

const badValue = { code: 'query.bad_value' }

export function candidateQueryIn(query: URLSearchParams, api: Api): CandidateQuery {
  const root = rootTraitsIn(query.getAll('root_required'), api)
  const sameSubtree = query.getAll('same_subtree').map(suffixesIn)
  const groups = groupsIn(query, api)
  if (api.has('groupsMayHaveNoResources')) checkNeeds(groups, sameSubtree)
  else checkOrphans(groups)
  if (api.has('traitsMayBeForbidden')) checkConflicts(groups)
  const groupPolicy = query.get('group_policy')
  if (groupPolicy === null && groups.filter(({ suffix }) => suffix !== '').length > 1) {
    throw problem(
      'invalid',
      'The "group_policy" parameter is required when specifying more than one "resources{N}" parameter.',
    )
  }
  const limit = query.get('limit')
  return {
    groups,
    groupPolicy: groupPolicy === 'isolate' ? 'isolate' : 'none',
    rootRequired: root.required.flat(),
    rootForbidden: root.forbidden,
    sameSubtree,
    limit: limit === null ? null : Number(limit),
    nested: api.has('candidatesMayBeNested'),
  }
}

/** The schema has let pass only parameters of groups that the version knows. */
function groupsIn(query: URLSearchParams, api: Api): readonly RequestGroup[] {
  const suffixes = new Set<string>()
  for (const key of query.keys()) {
    const suffix = /^(?:resources|required|member_of|in_tree)(.*)$/s.exec(key)?.[1]
    if (suffix !== undefined) suffixes.add(suffix)
  }
  return [...suffixes].map((suffix) => {
    const resources = query.getAll(`resources${suffix}`).at(-1)
    const tree = query.getAll(`in_tree${suffix}`).at(-1)
    return {
      suffix,
      resources: resources === undefined ? new Map() : resourcesIn(resources),
      ...traitsIn(query.getAll(`required${suffix}`), api),
      ...membershipIn(query.getAll(`member_of${suffix}`), suffix, api),
      inTree: tree === undefined ? null : treeIn(tree),
    }
  })
}

function rootTraitsIn(values: readonly string[], api: Api): ReturnType<typeof plainTraitsIn> {
  const [value, another] = values
  if (value === undefined) return { required: [], forbidden: [] }
  if (another !== undefined) {
    throw problem('invalid', "Query parameter 'root_required' may be specified only once.", {
      code: 'query.duplicate_key',
    })
  }
  const wanted = plainTraitsIn(value, api)
  const both = wanted.required.flat().filter((name) => wanted.forbidden.includes(name))
  if (both.length === 0) return wanted
  throw problem(
    'invalid',
    `Conflicting required and forbidden traits found in root_required: ${both.join(', ')}`,
    badValue,
  )
}

function suffixesIn(value: string): readonly string[] {
  const suffixes = [...new Set(value.split(',').map((part) => part.trim()))]
  if (!suffixes.includes('')) return suffixes
  const what = 'Empty string (unsuffixed group) can not be specified in `same_subtree` '
  throw problem('invalid', what, badValue)
}

/** A group without resources is only a place to be near, so something has to be near it. */
function checkNeeds(
  groups: readonly RequestGroup[],
  sameSubtree: readonly (readonly string[])[],
): void {
  const bare = groups.filter(({ resources }) => resources.size === 0).map(({ suffix }) => suffix)
  if (bare.length === groups.length) {
    throw problem('invalid', 'There must be at least one resources or resources[$S] parameter.', {
      code: 'query.missing_value',
    })
  }
  const named = new Set(sameSubtree.flat())
  const far = bare.filter((suffix) => !named.has(suffix))
  if (far.length > 0) {
    throw problem(
      'invalid',
      `Resourceless suffixed group request should be specified in \`same_subtree\` query param: bad group(s) - ${quotedList(far)}.`,
      badValue,
    )
  }
  const known = groups.map(({ suffix }) => suffix)
  const strange = [...named].filter((suffix) => !known.includes(suffix))
  if (strange.length === 0) return
  throw problem(
    'invalid',
    `Real suffixes should be specified in \`same_subtree\`: ${quotedList(strange)} not found in ${quotedList(known)}.`,
    badValue,
  )
}

/** Every group had to have resources. */
function checkOrphans(groups: readonly RequestGroup[]): void {
  const bare = groups.filter(({ resources }) => resources.size === 0)
  const keys = (name: string, has: (group: RequestGroup) => boolean): string =>
    bare
      .filter(has)
      .map(({ suffix }) => name + suffix)
      .join(', ')
  const traits = keys('required', ({ required }) => required.length > 0)
  if (traits !== '') {
    throw problem(
      'invalid',
      `All traits parameters must be associated with resources.  Found the following orphaned traits keys: ${traits}`,
    )
  }
  const members = keys(
    'member_of',
    ({ memberOf, forbiddenAggregates }) => memberOf.length + forbiddenAggregates.length > 0,
  )
  if (members !== '') {
    throw problem(
      'invalid',
      `All member_of parameters must be associated with resources. Found the following orphaned member_of keys: ${members}`,
    )
  }
  if (bare.length > 0) throw problem('invalid', 'All request groups must specify resources.')
  if (groups.length > 0) return
  throw problem(
    'invalid',
    'At least one request group (`resources` or `resources{$S}`) is required.',
  )
}

function checkConflicts(groups: readonly RequestGroup[]): void {
  const conflicts = groups.flatMap(({ suffix, required, forbidden }) =>
    required
      .filter((anyOf) => anyOf.every((name) => forbidden.includes(name)))
      .map((anyOf) => `required${suffix}: (${anyOf.toSorted().join(', ')})`),
  )
  if (conflicts.length === 0) return
  throw problem(
    'invalid',
    `Conflicting required and forbidden traits found in the following traits keys: ${conflicts.toSorted().join(', ')}`,
  )
}

function quotedList(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(', ')}]`
}
