/**
 * Reading the `clouds.yaml` that Berth writes: mappings of mappings, plain or quoted scalars, comments.
 *
 * That is all there is in such a file, whoever wrote it, apart from what only other tools need; so a few lines do, and what
 * they do not understand they refuse.
 */
import { problem } from '../lib/problem.ts'

/** A mapping of names to texts or to further mappings. */
export type Mapping = { readonly [name: string]: Mapping | string }

type Growing = { [name: string]: Growing | string }

/** @throws `invalid` with the number of the line that is not understood. */
export function parseMapping(text: string): Mapping {
  const root: Growing = {}
  // The mappings that a line of more indentation than theirs belongs to, the outermost first.
  const open: { readonly indent: number; readonly mapping: Growing }[] = [
    { indent: -1, mapping: root },
  ]
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(?:#.*)?$|^---\s*$/.test(line)) continue
    const [, space = '', name, rest = ''] = /^( *)([\w.-]+):(?:\s+(.*?))?\s*$/.exec(line) ?? []
    if (name === undefined)
      throw problem('invalid', `line ${index + 1} is not of the form "name: value"`)
    while ((open.at(-1)?.indent ?? -1) >= space.length) open.pop()
    const around = open.at(-1)?.mapping ?? root
    const value = scalar(rest)
    if (value !== null) around[name] = value
    else {
      const mapping: Growing = {}
      around[name] = mapping
      open.push({ indent: space.length, mapping })
    }
  }
  return root
}

/** The text at the end of a path of names; null when there is none. */
export function textAt(mapping: Mapping, ...path: readonly string[]): string | null {
  let at: Mapping | string | undefined = mapping
  for (const name of path) {
    if (at === undefined || typeof at === 'string') return null
    at = Object.hasOwn(at, name) ? at[name] : undefined
  }
  return typeof at === 'string' ? at : null
}

/** Null where a mapping begins. */
function scalar(text: string): string | null {
  const quoted = /^'((?:[^']|'')*)'|^"((?:[^"\\]|\\.)*)"/.exec(text)
  if (quoted !== null) {
    const [, single, double = ''] = quoted
    return single?.replaceAll("''", "'") ?? double.replaceAll(/\\(.)/g, '$1')
  }
  const plain = text.replace(/(?:^|\s)#.*$/, '').trim()
  return plain === '' ? null : plain
}
