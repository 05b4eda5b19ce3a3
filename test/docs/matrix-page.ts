/** The failure matrix as a page: every row, and what is known of it. */
import { tally } from '../matrix/tally.ts'

const chapters: Readonly<Record<string, string>> = {
  A: 'Building',
  B: 'Resize and cold migration',
  C: 'Confirm',
  D: 'Revert',
  E: 'Live migration',
  F: 'Evacuation',
  G: 'Shelving and rebuilding',
  H: 'A host restarts',
  I: 'Deleting',
  J: 'Everything else',
  K: 'The control plane itself',
  L: 'Ports and devices with claims of their own',
  X: 'Moves between cells',
}

export function matrixPage(): string {
  const all = tally()
  const count = (state: string): number => all.filter((row) => row.state === state).length
  return [
    '# The failure matrix',
    '',
    '<!-- Written by `npm run docs` from test/matrix. -->',
    '',
    `${all.length} ways to fail: ${count('tested')} are tested under their name, ${count('pending')} are pending, ${count('not applicable')} cannot happen here.`,
    ...Object.entries(chapters).flatMap(([letter, title]) => [
      '',
      `## ${letter}. ${title}`,
      '',
      '| row | what fails | |',
      '|---|---|---|',
      ...all
        .filter(({ id }) => id.startsWith(letter))
        .map(({ id, words, state, why }) => {
          return `| ${id} | ${words} | ${state}${why === '' ? '' : `: ${why}`} |`
        }),
    ]),
    '',
  ].join('\n')
}
