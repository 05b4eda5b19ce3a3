/** `berth audit`: what contradicts itself in the cloud. Exit code 1 says that something does. */
import type { Client } from '../client.ts'
import { count, table } from '../layout.ts'
import type { Terminal } from '../terminal.ts'

export type AuditDocument = {
  readonly violations: readonly {
    readonly invariant: string
    readonly meaning: string
    readonly subject: string
    readonly message: string
  }[]
}

export async function audit(
  client: Client,
  terminal: Terminal,
  { json }: { readonly json?: boolean },
): Promise<number> {
  const report = await client.get<AuditDocument>('/berth/v1/audit')
  const { violations } = report
  if (json === true) terminal.json(report)
  else if (violations.length === 0) terminal.line('No violations: records, claims and hosts agree.')
  else {
    terminal.line(terminal.styled('red', `${count(violations.length, 'violation')}:`))
    terminal.line()
    const rows = violations.flatMap(({ invariant, subject, message, meaning }) => [
      [invariant, `${subject}: ${message}`],
      ['', terminal.styled('dim', `${meaning}.`)],
    ])
    for (const line of table(['', ''], rows, 2)) terminal.line(line)
  }
  return violations.length === 0 ? 0 : 1
}
