/** What an audit finds: where the records of the cloud contradict each other, or what hosts really hold. */

export type Violation = {
  /** The invariant's id, such as A1. */
  readonly invariant: string
  /** What is wrong, in a sentence. */
  readonly message: string
}

export type AuditReport = { readonly violations: readonly Violation[] }

export type Audit = () => Promise<AuditReport>
