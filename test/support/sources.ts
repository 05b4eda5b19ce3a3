/**
 * The project's own sources as data, for tests about them: what each file imports, and its code without comments.
 *
 * A scanner of a few lines is enough, because all it must know is what is code, what is a comment and what is a string. It
 * takes `/` for the start of a regular expression where no value can have ended before it.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export type SourceFile = {
  /** From the root of the repository: `src/lib/clock.ts`. */
  readonly path: string
  readonly lines: number
  /** Comments are blanked out; strings are kept. */
  readonly code: string
  /** Paths of the files of ours that it imports, types included. */
  readonly imports: readonly string[]
  /** Those of them that are loaded with it: all but what it needs types from only. */
  readonly loads: readonly string[]
  /** Names of the packages that it imports. */
  readonly packages: readonly string[]
}

const root = join(import.meta.dirname, '..', '..')

/** All TypeScript files under the given folders. */
export function sourcesIn(folders: readonly string[]): readonly SourceFile[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) =>
          sourceOf(join(folder, name), readFileSync(join(root, folder, name), 'utf8')),
        ),
    )
}

export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

export function sourceOf(path: string, text: string): SourceFile {
  const code = withoutComments(text)
  const specifiers = specifiersIn(code)
  const loaded = specifiersIn(
    code.replaceAll(/^(?:import|export) type\b[^'"]*['"][^'"]+['"]/gm, ''),
  )
  const ours = (names: readonly string[]): readonly string[] =>
    names.filter((name) => name.startsWith('.')).map((name) => normalize(join(dirname(path), name)))
  return {
    path,
    lines: text.split('\n').length - 1,
    code,
    imports: ours(specifiers),
    loads: ours(loaded),
    packages: specifiers.filter((name) => !name.startsWith('.')).map(packageOf),
  }
}

/** What `import`, `export … from`, `import()` and `new URL(…, import.meta.url)` name. */
function specifiersIn(code: string): readonly string[] {
  const statement = /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm
  const bare = /^\s*import\s*['"]([^'"]+)['"]/gm
  const dynamic = /\bimport\(\s*['"]([^'"]+)['"]/g
  const location = /\bnew URL\(\s*['"](\.[^'"]+\.ts)['"]\s*,\s*import\.meta\.url/g
  return [statement, bare, dynamic, location].flatMap((pattern) =>
    [...code.matchAll(pattern)].map((match) => match[1] ?? ''),
  )
}

/** `@fastify/static/types` belongs to `@fastify/static`; Node's own modules keep their name. */
function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  if (specifier.startsWith('node:')) return specifier
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

/** The text with every comment blanked out, line by line the same. */
export function withoutComments(text: string): string {
  /** How many braces are open: first in the file itself, then in each `${…}` that we are in. */
  const open = [0]
  let out = ''
  while (out.length < text.length) {
    const next = text[out.length] ?? ''
    const comment = taken(patterns.comment, text, out.length)
    if (comment !== '') {
      out += comment.replaceAll(/[^\n]/g, ' ')
    } else if (next === '`' || (next === '}' && open.length > 1 && open.at(-1) === 0)) {
      const piece = taken(patterns.template, text, out.length) || next
      if (next === '}') open.pop()
      if (piece.endsWith('${')) open.push(0)
      out += piece
    } else {
      if (next === '{') open.push((open.pop() ?? 0) + 1)
      if (next === '}') open.push((open.pop() ?? 0) - 1)
      const mayBeExpression = next === '/' && patterns.beforeExpression.test(out.slice(-40))
      const expression = mayBeExpression ? taken(patterns.expression, text, out.length) : ''
      out += expression || taken(patterns.string, text, out.length) || next
    }
  }
  return out
}

const patterns = {
  comment: /\/\/[^\n]*|\/\*[^]*?\*\//y,
  string: /(['"])(?:\\.|(?!\1)[^\\\n])*\1/y,
  /** From a backtick, or the end of a `${…}`, to the next of them. */
  template: /[`}](?:\\[^]|\$(?!\{)|[^\\`$])*(?:`|\$\{)/y,
  expression: /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y,
  beforeExpression: /(?:^|[=(:,;!&|?{}[\n+*%~^<>-]|\b(?:return|typeof|case|of|in))\s*$/,
}

function taken(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}
