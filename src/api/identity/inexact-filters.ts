/**
 * Filters of lists that match a part of a value: `name__contains=web`, and `name__icontains=WEB` where case does not matter.
 *
 * What follows the two underscores is `equals` (or `exact`), `contains`, `startswith` or `endswith`. Keystone passes over what it
 * does not know there, and so does this; a filter of an attribute that an account does not have finds nothing.
 */

/** The attributes by which each list is filtered. */
const attributes: Readonly<Record<string, readonly string[]>> = {
  users: ['name', 'domain_id', 'enabled'],
  groups: ['name', 'domain_id'],
  projects: ['name', 'domain_id', 'parent_id', 'enabled', 'is_domain'],
  domains: ['name', 'enabled'],
  roles: ['name', 'domain_id'],
  services: ['name', 'type'],
  endpoints: ['interface', 'service_id', 'region_id'],
  regions: ['parent_region_id'],
  application_credentials: ['name'],
}

const comparisons: Readonly<Record<string, (value: string, asked: string) => boolean>> = {
  equals: (value, asked) => value === asked,
  exact: (value, asked) => value === asked,
  contains: (value, asked) => value.includes(asked),
  startswith: (value, asked) => value.startsWith(asked),
  endswith: (value, asked) => value.endsWith(asked),
}

/** The views of a list that match all such filters in the query. */
export function matchingInexactly<V extends object>(
  list: string,
  views: readonly V[],
  query: URLSearchParams,
): readonly V[] {
  const tests = [...query].flatMap(([key, asked]) => {
    const [name = '', suffix] = key.split('__', 2)
    if (suffix === undefined || attributes[list]?.includes(name) !== true) return []
    const loose = suffix.startsWith('i')
    const compare = comparisons[loose ? suffix.slice(1) : suffix]
    if (compare === undefined) return []
    const form = (text: string): string => (loose ? text.toLowerCase() : text)
    return [
      (view: V) => {
        const value: unknown = Object.getOwnPropertyDescriptor(view, name)?.value
        return typeof value === 'string' && compare(form(value), form(asked))
      },
    ]
  })
  return tests.length === 0 ? views : views.filter((view) => tests.every((test) => test(view)))
}
