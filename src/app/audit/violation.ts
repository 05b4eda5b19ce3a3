/** One place where the cloud contradicts itself, or where it contradicts what its hosts hold. */
import type { Details } from '../../lib/problem.ts'

/** The invariants by their ids, and what each of them says. */
export const invariants = {
  A1: 'A server that is nowhere else holds exactly what its flavor needs on its host, and nothing on any other',
  A2: 'A server without a host holds nothing',
  A3: 'A server in a cold move and its migration hold what the status of the move says',
  A4: 'A server in a live move and its migration hold what the status of the move says',
  A5: 'An evacuated server and its migration hold what the status of the move says',
  A6: 'Whoever holds anything is a living server or an open migration',
  A9: 'What is held for a server belongs to its project and user',
  A11: 'What is used of a provider is the sum of what is held on it',
  A13: 'Every host has a resource provider',
  M1: 'A server is in one move at most',
  M2: 'A server remembers an old flavor exactly while a cold move is open',
  M3: 'A server waits for a decision exactly while its move is finished, confirming or reverting',
  M4: 'A migration is closed exactly when its status is one that ends it',
  M5: 'A server is on the end of its last move on which the move left it',
  M6: 'An open move is driven by an operation or waits for somebody',
  M7: 'A deleted server is in no move',
  S1: 'A server is busy exactly while an operation owns it',
  S2: 'A server in error has a fault that says why',
  S3: 'A server without a host was never built, failed to be, or was offloaded',
  S8: 'The guest has the size of the flavor of its server',
  S9: 'The guest is powered as its server says',
  G1: 'At most one guest of a server runs',
  G2: 'A guest is where its server is, and nowhere else; a copy of it only while a cold move is open',
  G4: 'The ports of a server are bound to its host and to no other',
  G5: 'The volumes of a server are attached where it is, each once, and its guest has no others',
  G6: 'An image of a server is whole, or being made',
  G7: 'Nothing is plugged or prepared on a host that no server or open move explains',
  P1: 'The members of a server group are where its policy allows',
  Q1: 'A project, and each of its users, is charged for what the servers are charged, and each of them for its flavor',
  E1: 'What was begun by an operation that has ended has ended too',
  O1: 'Every operation under way has an owner',
} as const

export type Invariant = keyof typeof invariants

// Object.keys forgets that the keys of a constant are exactly its key type.
export const invariantNames = Object.keys(invariants) as readonly Invariant[]

export type Violation = {
  readonly invariant: Invariant
  /** The id of what is wrong: a server, a migration, a provider, a host, an operation, a project. */
  readonly subject: string
  /** What is wrong with it, in a sentence. */
  readonly says: string
  readonly facts: Details
}
