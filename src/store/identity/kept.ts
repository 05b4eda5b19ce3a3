/** The columns for what clients say of accounts. */
import type { Kept } from '../../domain/accounts.ts'
import { fromJson, toJson } from '../../lib/json.ts'

type Columns = { readonly extra: string; readonly options: string }

export function keptColumns({ extra, options }: Kept): Columns {
  return { extra: toJson(extra), options: toJson(options) }
}

export function toKept({ extra, options }: Columns): Kept {
  return { extra: fromJson(extra), options: fromJson(options) }
}
