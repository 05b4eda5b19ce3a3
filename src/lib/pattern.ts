/**
 * Regular expressions that others send, in time proportional to the text.
 *
 * A backtracking engine can be made to run for hours by a short expression, and would hold up everybody. Here all ways through
 * the expression are followed at once, one character at a time (Thompson's construction). Literals, `.`, classes, groups,
 * alternatives, anchors and repetitions are understood; back references and look-around are not.
 */
import { problem } from './problem.ts'

export type Pattern = {
  /** Whether it matches anywhere in the text. */
  test(text: string): boolean
  /** The text it is, when it has nothing but literal characters; null otherwise. */
  readonly literal: string | null
  /** What a database can look for with `LIKE` and a backslash: whatever matches is like this. Null when that cannot be said. */
  readonly like: string | null
}

/** @throws `invalid` when it is no expression, or one that is not understood. */
export function pattern(source: string): Pattern {
  const program = new Compiler(source).compile()
  const literal = /^[^\\^$.|?*+()[\]{}]*$/.test(source) ? source : null
  return {
    literal,
    like: likeOf(source),
    test: (text) => (literal === null ? run(program, text) : text.includes(literal)),
  }
}

/** For expressions that are text, with dots and an anchor at either end at most: for names and addresses most are. */
function likeOf(source: string): string | null {
  const [, begins, text, ends] = /^(\^?)([^\\^$|?*+()[\]{}]*)(\$?)$/.exec(source) ?? []
  if (text === undefined) return null
  const like = text.replace(/[%_]/g, '\\$&').replaceAll('.', '_')
  return `${begins === '' ? '%' : ''}${like}${ends === '' ? '%' : ''}`
}

type Matcher = (character: string) => boolean

/** `split` goes on at two places; a jump is a split with one. */
type Instruction =
  | { readonly kind: 'take'; readonly matches: Matcher }
  | { readonly kind: 'at'; readonly edge: 'start' | 'end' | 'word' | 'inside' }
  | { readonly kind: 'split'; to: readonly number[] }
  | { readonly kind: 'match' }

/** How large a program may get: repetitions multiply. */
const programMax = 5000

/** Follows every way at once: `reached` are the places in the program that some way has come to. */
function run(program: readonly Instruction[], text: string): boolean {
  const characters = [...text]
  let reached: number[] = []
  for (let at = 0; at <= characters.length; at += 1) {
    const here = new Set<number>()
    // A match may begin anywhere.
    for (const place of [...reached, 0]) arrive(program, place, characters, at, here)
    const next: number[] = []
    for (const place of here) {
      const instruction = program[place]
      if (instruction?.kind === 'match') return true
      const character = characters[at]
      if (
        instruction?.kind === 'take' &&
        character !== undefined &&
        instruction.matches(character)
      ) {
        next.push(place + 1)
      }
    }
    reached = next
  }
  return false
}

/** Goes on from a place as far as possible without taking a character. */
function arrive(
  program: readonly Instruction[],
  from: number,
  characters: readonly string[],
  at: number,
  here: Set<number>,
): void {
  const open = [from]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (here.has(place)) continue
    here.add(place)
    const instruction = program[place]
    if (instruction?.kind === 'split') open.push(...instruction.to)
    else if (instruction?.kind === 'at' && isAt(instruction.edge, characters, at)) {
      open.push(place + 1)
    }
  }
}

function isAt(
  edge: 'start' | 'end' | 'word' | 'inside',
  characters: readonly string[],
  at: number,
): boolean {
  if (edge === 'start') return at === 0
  if (edge === 'end') return at === characters.length
  const boundary = isWord(characters[at - 1]) !== isWord(characters[at])
  return boundary === (edge === 'word')
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /\w/u.test(character)
}

/** Reads the expression from left to right and writes the program. */
class Compiler {
  readonly #source: readonly string[]
  #at = 0

  constructor(source: string) {
    this.#source = [...source]
  }

  compile(): readonly Instruction[] {
    const program = [...this.#alternatives(), { kind: 'match' } as const]
    if (this.#at < this.#source.length) this.#refuse('unbalanced parenthesis')
    return program
  }

  #alternatives(): Instruction[] {
    let first = this.#sequence()
    while (this.#take('|')) {
      const second = this.#sequence()
      first = [
        { kind: 'split', to: [1, first.length + 2] },
        ...moved(first, 1),
        { kind: 'split', to: [first.length + second.length + 2] },
        ...moved(second, first.length + 2),
      ]
    }
    return first
  }

  #sequence(): Instruction[] {
    const all: Instruction[] = []
    while (this.#at < this.#source.length && this.#peek() !== '|' && this.#peek() !== ')') {
      all.push(...moved(this.#repeated(), all.length))
      if (all.length > programMax) this.#refuse('too long')
    }
    return all
  }

  #repeated(): Instruction[] {
    let piece = this.#piece()
    for (;;) {
      const bounds = this.#bounds()
      if (bounds === null) return piece
      // Lazy or not does not matter to whether it matches.
      this.#take('?')
      piece = this.#times(piece, bounds)
    }
  }

  #bounds(): readonly [number, number] | null {
    if (this.#take('*')) return [0, Infinity]
    if (this.#take('+')) return [1, Infinity]
    if (this.#take('?')) return [0, 1]
    const rest = this.#source.slice(this.#at, this.#at + 16).join('')
    const [all, from, comma, to] = /^\{(\d+)(,?)(\d*)\}/.exec(rest) ?? []
    if (all === undefined) return null
    this.#at += all.length
    const least = Number(from)
    const most = comma === '' ? least : to === '' ? Infinity : Number(to)
    if (least > most) this.#refuse('min repeat greater than max repeat')
    return [least, most]
  }

  #times(piece: readonly Instruction[], [least, most]: readonly [number, number]): Instruction[] {
    const endless = most === Infinity
    if (piece.length * (endless ? least + 1 : most) > programMax) this.#refuse('too long')
    const all: Instruction[] = []
    for (let i = 0; i < least; i += 1) all.push(...moved(piece, all.length))
    if (endless) {
      const start = all.length
      all.push({ kind: 'split', to: [start + 1, start + piece.length + 2] })
      all.push(...moved(piece, start + 1), { kind: 'split', to: [start] })
      return all
    }
    const end = all.length + (most - least) * (piece.length + 1)
    for (let i = least; i < most; i += 1) {
      all.push({ kind: 'split', to: [all.length + 1, end] })
      all.push(...moved(piece, all.length))
    }
    return all
  }

  #piece(): Instruction[] {
    const character = this.#next()
    switch (character) {
      case '^':
        return [{ kind: 'at', edge: 'start' }]
      case '$':
        return [{ kind: 'at', edge: 'end' }]
      case '.':
        return [{ kind: 'take', matches: (each) => each !== '\n' }]
      case '[':
        return [{ kind: 'take', matches: this.#class() }]
      case '(':
        return this.#group()
      case '\\':
        return [this.#escape()]
      case '*':
      case '+':
      case '?':
        return this.#refuse('nothing to repeat')
      default:
        return [{ kind: 'take', matches: (each) => each === character }]
    }
  }

  #group(): Instruction[] {
    if (this.#take('?') && !this.#take(':')) this.#refuse('such groups are not understood')
    const inside = this.#alternatives()
    if (!this.#take(')')) this.#refuse('missing )')
    return inside
  }

  #escape(): Instruction {
    const character = this.#next()
    if (character === 'b') return { kind: 'at', edge: 'word' }
    if (character === 'B') return { kind: 'at', edge: 'inside' }
    if (character === 'A') return { kind: 'at', edge: 'start' }
    if (character === 'Z') return { kind: 'at', edge: 'end' }
    if (/[1-9]/.test(character)) this.#refuse('back references are not understood')
    return { kind: 'take', matches: escaped(character) }
  }

  #class(): Matcher {
    const negated = this.#take('^')
    const parts: Matcher[] = []
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      const from = this.#next()
      if (from === '\\') {
        parts.push(escaped(this.#next()))
        continue
      }
      const [dash, to] = this.#source.slice(this.#at, this.#at + 2)
      if (dash !== '-' || to === undefined || to === ']' || to === '\\') {
        parts.push((each) => each === from)
        continue
      }
      this.#at += 2
      if (to < from) this.#refuse(`bad character range ${from}-${to}`)
      parts.push((each) => each >= from && each <= to)
    }
    this.#next()
    return (each) => parts.some((part) => part(each)) !== negated
  }

  #peek(): string | undefined {
    return this.#source[this.#at]
  }

  #next(): string {
    const character = this.#source[this.#at]
    if (character === undefined) return this.#refuse('it ends too early')
    this.#at += 1
    return character
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at += 1
    return true
  }

  #refuse(why: string): never {
    throw problem('invalid', `Not a regular expression that is understood: ${why}`)
  }
}

/** The same instructions at another place of the program. */
function moved(instructions: readonly Instruction[], by: number): Instruction[] {
  return instructions.map((each) =>
    each.kind === 'split' ? { kind: 'split', to: each.to.map((place) => place + by) } : each,
  )
}

const classes: Readonly<Record<string, RegExp>> = {
  d: /\d/u,
  D: /\D/u,
  w: /\w/u,
  W: /\W/u,
  s: /\s/u,
  S: /\S/u,
}
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

function escaped(character: string): Matcher {
  const kind = classes[character]
  if (kind !== undefined) return (each) => kind.test(each)
  const meant = controls[character] ?? character
  return (each) => each === meant
}
