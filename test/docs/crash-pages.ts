/** Pages of crash matrices, played anew whenever they are asked for. */
import { howItWasDone, pageOf } from '../../src/rehearsal/page.ts'
import { isWrong, rehearse } from '../../src/rehearsal/rehearse.ts'
import type { Wish } from '../../src/rehearsal/rehearse.ts'

type Page = { readonly file: string; readonly wish: Wish }

const calm = { failing: null, policy: 'leave' } as const
const ofOperations = ['build', 'confirm-resize', 'delete', 'evacuate', 'live-migrate', 'resize']
const chosen: readonly Page[] = [
  ...[...ofOperations, 'revert-resize', 'shelve', 'unshelve'].map((name) => ({
    file: name,
    wish: { ...calm, operation: `server.${name}` },
  })),
  ...(['leave', 'rollback'] as const).map((policy) => ({
    file: `resize-that-fails-${policy}`,
    wish: { operation: 'server.resize', failing: 'finish_migration', policy },
  })),
]

export async function crashPages(): Promise<readonly (readonly [string, string])[]> {
  const pages: (readonly [string, string])[] = []
  const list: string[] = []
  for (const { file, wish } of chosen) {
    const matrix = await rehearse(wish, new AbortController().signal, () => {})
    pages.push([`docs/crash-matrix/${file}.md`, pageOf(matrix)])
    const wrong = matrix.rows.filter((row) => isWrong(row, matrix)).length
    const failing =
      wish.failing === null ? '' : `, every \`${wish.failing}\` failing, policy \`${wish.policy}\``
    list.push(`| [${wish.operation}](${file}.md)${failing} | ${matrix.rows.length} | ${wrong} |`)
  }
  return [['docs/crash-matrix/README.md', index(list)], ...pages]
}

function index(list: readonly string[]): string {
  return [
    '# Crash matrices',
    '',
    '<!-- Written by `npm run docs`, which plays them. -->',
    '',
    'What becomes of an operation when the control plane dies at each of its moments. `berth crash-matrix NAME` plays any of them.',
    '',
    howItWasDone,
    '',
    '| operation | crashes | that did harm |',
    '|---|---|---|',
    ...list,
    '',
  ].join('\n')
}
