/** Fills a database of OpenStack's Placement with a fleet: what its API would write, which takes it half a minute for a thousand. */
import { DatabaseSync } from 'node:sqlite'
import { consumerId, heldBy, providerId, providersOf } from './fleet.ts'
import type { Fleet } from './fleet.ts'

export function fillPlacement(path: string, fleet: Fleet): void {
  const database = new DatabaseSync(path)
  // Whatever becomes of it is measured again anyway.
  database.exec('PRAGMA synchronous = OFF; BEGIN')
  writeProviders(database, fleet)
  writeConsumers(database, fleet)
  database.exec('COMMIT')
  database.close()
}

function writeProviders(database: DatabaseSync, fleet: Fleet): void {
  const classes = idsByName(database, 'resource_classes')
  const traitIds = idsByName(database, 'traits')
  const provider = database.prepare(
    `INSERT INTO resource_providers (id, uuid, name, generation, parent_provider_id, root_provider_id)
     VALUES (?, ?, ?, 1, ?, ?)`,
  )
  const inventory = database.prepare(
    `INSERT INTO inventories (resource_provider_id, resource_class_id, total, reserved, min_unit, max_unit, step_size,
     allocation_ratio) VALUES (?, ?, ?, 0, 1, ?, 1, 1)`,
  )
  const trait = database.prepare(
    'INSERT INTO resource_provider_traits (trait_id, resource_provider_id) VALUES (?, ?)',
  )
  for (const { number, parent, root, traits, stocks } of providersOf(fleet)) {
    provider.run(number, providerId(number - 1), `bench${number}`, parent, root)
    for (const { resourceClass, total, maxUnit } of stocks) {
      inventory.run(number, classes.get(resourceClass) ?? 0, total, maxUnit)
    }
    for (const name of traits) {
      const id = traitIds.get(name)
      // A Placement that is older than our list of traits does not know the newest.
      if (id !== undefined) trait.run(id, number)
    }
  }
}

function writeConsumers(database: DatabaseSync, fleet: Fleet): void {
  const classes = idsByName(database, 'resource_classes')
  const project = database.prepare('INSERT INTO projects (id, external_id) VALUES (?, ?)')
  for (let i = 0; i < 100; i += 1) project.run(i + 1, `project${i}`)
  database.prepare('INSERT INTO users (id, external_id) VALUES (1, ?)').run('user')
  const consumer = database.prepare(
    'INSERT INTO consumers (id, uuid, project_id, user_id, generation) VALUES (?, ?, ?, 1, 1)',
  )
  const allocation = database.prepare(
    'INSERT INTO allocations (resource_provider_id, consumer_id, resource_class_id, used) VALUES (?, ?, ?, ?)',
  )
  for (let number = 1; number <= fleet.consumers; number += 1) {
    consumer.run(number, consumerId(number), (number % 100) + 1)
    for (const { provider, resourceClass, amount } of heldBy(fleet, number)) {
      allocation.run(provider, consumerId(number), classes.get(resourceClass) ?? 0, amount)
    }
  }
}

function idsByName(database: DatabaseSync, table: string): ReadonlyMap<string, number> {
  const rows = database.prepare(`SELECT id, name FROM ${table}`).all()
  return new Map(rows.map(({ id, name }) => [String(name), Number(id)]))
}
