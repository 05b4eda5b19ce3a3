/**
 * Notes of what tests ask of the Compute API and what is answered: of every route, as whom, at which version, with which status.
 *
 * They are taken where `BERTH_STORIES` names a folder, one file for each process, and each thing once.
 */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Caller } from '../support/callers.ts'

export type Note = {
  /** As `describeRoute` calls it. */
  readonly route: string
  readonly as: Caller
  readonly status: number
  readonly at: number
}

export function openNotes(): (note: Note) => void {
  const folder = process.env['BERTH_STORIES']
  if (folder === undefined) return () => {}
  const taken = new Set<string>()
  return ({ route, as, status, at }) => {
    const line = [route, as, status, at].join('\t')
    if (taken.has(line)) return
    taken.add(line)
    appendFileSync(join(folder, `${process.pid}.tsv`), `${line}\n`)
  }
}

export function notesIn(folder: string): readonly Note[] {
  const lines = readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'),
  )
  return [...new Set(lines)].map((line) => {
    const [route = '', as = '', status = '', at = ''] = line.split('\t')
    // Written by `openNotes` of such a caller.
    return { route, as: as as Caller, status: Number(status), at: Number(at) }
  })
}
