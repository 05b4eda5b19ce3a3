/**
 * Finds what answers a method and a path.
 *
 * Templates are split into segments and kept in a tree: a literal segment wins over a parameter, and a parameter takes one
 * whole, non-empty segment. A path that exists with other methods only is told apart from one that does not exist, because
 * the APIs answer 405 to the one and 404 to the other.
 */

export type Params = Readonly<Record<string, string>>

/** A method, a template such as `/servers/{id}/action`, and whatever shall be found. */
export type Route<H> = readonly [method: string, template: string, handler: H]

export type Match<H> =
  | {
      readonly kind: 'found'
      readonly handler: H
      readonly params: Params
      readonly template: string
    }
  | { readonly kind: 'wrong-method'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown' }

export type Router<H> = (method: string, path: string) => Match<H>

type Node<H> = {
  readonly literals: Map<string, Node<H>>
  parameter: Node<H> | null
  leaf: Leaf<H> | null
}
type Leaf<H> = Map<
  string,
  { readonly handler: H; readonly names: readonly string[]; readonly template: string }
>

const unknown = { kind: 'unknown' } as const

/** Builds a router. HEAD is answered by what answers GET, unless a route says HEAD itself. */
export function openRouter<H>(routes: readonly Route<H>[]): Router<H> {
  const root: Node<H> = emptyNode()
  for (const [method, template, handler] of routes) add(root, method, template, handler)
  return (method, path) => {
    const values: string[] = []
    const leaf = find(root, segmentsOf(path), 0, values)
    if (leaf === null) return unknown
    const found = leaf.get(method) ?? (method === 'HEAD' ? leaf.get('GET') : undefined)
    if (found === undefined) return { kind: 'wrong-method', allowed: [...leaf.keys()] }
    const params = named(found.names, values)
    if (params === null) return unknown
    return { kind: 'found', handler: found.handler, params, template: found.template }
  }
}

function add<H>(root: Node<H>, method: string, template: string, handler: H): void {
  const names: string[] = []
  let node = root
  for (const segment of segmentsOf(template)) {
    if (segment.startsWith('{')) {
      names.push(segment.slice(1, -1))
      node.parameter ??= emptyNode()
      node = node.parameter
    } else {
      const next = node.literals.get(segment) ?? emptyNode()
      node.literals.set(segment, next)
      node = next
    }
  }
  node.leaf ??= new Map()
  node.leaf.set(method, { handler, names, template })
}

function find<H>(
  node: Node<H>,
  segments: readonly string[],
  at: number,
  values: string[],
): Leaf<H> | null {
  const segment = segments[at]
  if (segment === undefined) return node.leaf
  const literal = node.literals.get(segment)
  const found = literal === undefined ? null : find(literal, segments, at + 1, values)
  if (found !== null || node.parameter === null || segment === '') return found
  values.push(segment)
  const below = find(node.parameter, segments, at + 1, values)
  if (below === null) values.pop()
  return below
}

/** The empty path has no segments; `/` has one, which is empty. */
function segmentsOf(path: string): readonly string[] {
  return path === '' ? [] : path.slice(path.startsWith('/') ? 1 : 0).split('/')
}

/** Null when a segment is not decodable: such a path names nothing. */
function named(names: readonly string[], values: readonly string[]): Params | null {
  const params: Record<string, string> = {}
  for (let i = 0; i < names.length; i += 1) {
    const value = decoded(values[i] ?? '')
    if (value === null) return null
    params[names[i] ?? ''] = value
  }
  return params
}

function decoded(segment: string): string | null {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

function emptyNode<H>(): Node<H> {
  return { literals: new Map(), parameter: null, leaf: null }
}
