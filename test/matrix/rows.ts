/**
 * The failure matrix: every way in which an operation was seen to fail, by its id, in a few words.
 *
 * A row is a promise: what the words name happens, and everything ends as it should. `status.ts` says which rows a test keeps.
 */
import { rowsOfMoves } from './rows-of-moves.ts'
import { rowsOfTheRest } from './rows-of-the-rest.ts'

export const rows: Readonly<Record<string, string>> = { ...rowsOfMoves, ...rowsOfTheRest }
