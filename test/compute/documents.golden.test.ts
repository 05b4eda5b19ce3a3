import { test } from 'node:test'
import { changes } from '../../src/api/compute/changes.ts'
import { openHistory } from '../../src/api/compute/history.ts'
import type { DocumentName, Wire } from '../../src/api/compute/change.ts'
import { openLinks } from '../../src/api/compute/links.ts'
import { openViewing } from '../../src/api/compute/viewing.ts'
import { views } from '../../src/api/compute/views.ts'
import type { Facts } from '../../src/api/compute/views.ts'
import { callers } from '../support/callers.ts'
import { golden } from '../support/golden.ts'
import { facts } from '../support/sample-facts.ts'

const history = openHistory(changes)
const links = openLinks(
  {
    method: 'GET',
    path: '/v2.1/servers',
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.alloc(0),
    origin: 'http://cloud',
    mount: '/compute',
    requestId: 'req-1',
    globalRequestId: null,
    signal: new AbortController().signal,
  },
  'v2.1',
  null,
)

// The names of the views are those of the documents.
for (const name of Object.keys(views) as DocumentName[]) {
  test(`the document ${name} is at every version what is written down`, () => {
    const parts: string[] = []
    let last = ''
    for (let at = history.newest; at >= 1; at -= 1) {
      const text = (['admin', 'reader'] as const)
        .map((as) => `${as}: ${JSON.stringify(documentAt(name, at, as), null, 2)}`)
        .join('\n')
      if (text === last) continue
      parts.push(`# up to 2.${at}`, ...(last === '' ? [text] : difference(last, text)), '')
      last = text
    }
    golden(`compute-documents/${name}.txt`, parts.join('\n'))
  })
}

function documentAt<D extends DocumentName>(name: D, at: number, as: 'admin' | 'reader'): Wire {
  const view: (facts: Facts[D], viewing: Parameters<(typeof views)[D]>[1]) => Wire = views[name]
  return history.walk(name, at)(view(facts[name], openViewing(callers[as], links)), facts[name])
}

/** Lines that went and lines that came: a version is told by what it does not have in common with the next. */
function difference(newer: string, older: string): readonly string[] {
  const [before, after] = [newer.split('\n'), older.split('\n')]
  const rest = [...after]
  const gone = before.filter((line) => {
    const at = rest.indexOf(line)
    if (at !== -1) rest.splice(at, 1)
    return at === -1
  })
  return [...gone.map((line) => `- ${line}`), ...rest.map((line) => `+ ${line}`)]
}
