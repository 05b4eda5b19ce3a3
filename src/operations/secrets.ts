/**
 * What an operation needs and nobody may ever read: kept in memory, never in the database.
 *
 * An operation that is taken over after a crash finds its secret gone and fails, saying so; the alternative would be a
 * password on a disk.
 */
export interface Secrets {
  keep(operation: string, secret: string): void
  /** Null when it is not known here. */
  reveal(operation: string): string | null
  forget(operation: string): void
}

export function secretsInMemory(): Secrets {
  const kept = new Map<string, string>()
  return {
    keep: (operation, secret) => {
      kept.set(operation, secret)
    },
    reveal: (operation) => kept.get(operation) ?? null,
    forget: (operation) => {
      kept.delete(operation)
    },
  }
}
