/** Who may hold what, by the kind and the status of a move: the truth table of the invariants, section 3. */
import { flavorOn, moreOn } from './rows.ts'
import type { Held, MigrationRow, ServerRow } from './rows.ts'

type Holding = { readonly server: Held; readonly migration: Held }

/** Who may hold what: section 3 of the invariants. */
export function holdings(
  server: ServerRow,
  migration: MigrationRow | undefined,
): readonly Holding[] {
  if (server.alive === null) return [{ server: '', migration: '' }]
  if (migration === undefined) {
    const own = server.host === null ? '' : flavorOn(server.flavor, server.host)
    return [{ server: own, migration: '' }]
  }
  const {
    source_host: source,
    dest_host: destination,
    old_flavor: old,
    new_flavor: wanted,
  } = migration
  const onSource = source === null ? '' : flavorOn(old, source)
  const onDestination = destination === null ? '' : flavorOn(wanted, destination)
  // In place the two share: the server holds the new size, the move what the old one has more.
  const rest = source !== null && source === destination ? moreOn(old, wanted, source) : onSource
  const between = { server: onDestination, migration: rest }
  const home = { server: onSource, migration: '' }
  switch (migration.kind) {
    case 'migration':
    case 'resize':
      return migration.status === 'reverting' && server.host === source
        ? [home, between]
        : [between]
    case 'live-migration':
      return [between, home]
    default:
      return [between, ...elsewhere(server, onSource)]
  }
}

/** After an evacuation the lost host stays charged until it is clean, wherever the server has gone meanwhile. */
function elsewhere(server: ServerRow, onSource: Held): readonly Holding[] {
  const own = server.host === null ? '' : flavorOn(server.flavor, server.host)
  return [
    { server: own, migration: onSource },
    { server: own, migration: '' },
  ]
}
