/** The stories of every route as a text: how many of its forms were seen to succeed, what it answered, and what nobody can tell. */
import type { Story } from './coverage.ts'
import { impossible } from './impossible.ts'

export function reportOf(stories: readonly Story[]): string {
  const whole = stories.filter(({ lacks }) => lacks.length === 0).length
  const excused = stories.flatMap(({ cannot }) => cannot).length
  const width = Math.max(...stories.map(({ route }) => route.length))
  const lines = stories.map(({ route, versions: [told, of], statuses, lacks, cannot }) =>
    [
      route.padEnd(width),
      `${told}/${of}`.padEnd(5),
      statuses.join(' ').padEnd(31),
      ...(cannot.length === 0 ? [] : [`cannot: ${cannot.join(', ')}`]),
      ...(lacks.length === 0 ? [] : [`lacks: ${lacks.join(', ')}`]),
    ]
      .join('  ')
      .trimEnd(),
  )
  return [
    `# ${whole} of ${stories.length} routes have every story; ${excused} that are documented cannot happen here`,
    ...lines,
    '',
    '# What cannot happen here, and why',
    ...impossible.flatMap(({ because, stories: which }) => [
      '',
      `# ${because}`,
      ...which.map(([route, ...what]) => `# ${route}: ${what.join(', ')}`),
    ]),
  ].join('\n')
}
