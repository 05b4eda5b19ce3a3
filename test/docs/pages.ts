/** Every page that is written from the sources, by its path. */
import { operations } from '../../src/operations/registry.ts'
import { crashPages } from './crash-pages.ts'
import { matrixPage } from './matrix-page.ts'
import { operationPage } from './operation-page.ts'
import { policyPage } from './policy-page.ts'

export async function pages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ...(await crashPages()),
    ['docs/failure-policies.md', await policyPage()],
    ['docs/failure-matrix.md', matrixPage()],
    ['docs/operations/README.md', index()],
    ...operations.map((saga) => [pathOf(saga.name), operationPage(saga)] as const),
  ])
}

function index(): string {
  return [
    '# Operations',
    '',
    '<!-- Written by `npm run docs` from the registry of operations. -->',
    '',
    'One page for each: its steps in order, what undoes them, and what each failure leaves.',
    '',
    ...operations.map(({ name }) => `- [${name}](${name}.md)`),
    '',
  ].join('\n')
}

function pathOf(name: string): string {
  return `docs/operations/${name}.md`
}
