/**
 * What must be true of guests and disks at every instant, looked at in each change of the world before it is committed.
 *
 * - G1: at most one running guest of a server on all hosts that are in service. What goes on running on a host that is alive and
 *   out of reach nobody can prevent: evacuating from there is the word of an operator that it has no power. But before a host
 *   that comes back counts as up, it has switched off whatever it lost.
 * - A disk of a living server is never destroyed as the last one of its kind.
 */
import type { Holdings } from '../../src/drivers/simulated/world-tables.ts'
import type { World } from '../../src/drivers/simulated/world.ts'
import type { Judge } from './judge.ts'
import type { Seen } from './records.ts'

/** Resting states in which a server has a disk with something of its owner's on it. */
const precious = new Set([
  'active',
  'stopped',
  'paused',
  'suspended',
  'rescued',
  'resized',
  'error',
])
/** Tasks that are meant to replace or give up the disk. */
const replacing = /rebuild|shelving|unshelving|deleting/

/**
 * Looks for servers that run on two hosts, wherever that came from: a host may begin to count as up without any change on it.
 */
export function guestsAtOnce(
  world: World,
  isInService: (host: string) => boolean,
): () => readonly { readonly server: string; readonly hosts: readonly string[] }[] {
  // Asked in every transaction: from this index alone it is answered without looking at any guest.
  world.database.exec(
    `CREATE INDEX sim_running ON bodies (server, host) WHERE role = 'guest' AND power = 'running'`,
  )
  const twice = world.database.prepare(
    `SELECT server, group_concat(host) AS hosts FROM bodies WHERE role = 'guest' AND power = 'running'
     GROUP BY server HAVING count(*) > 1`,
  )
  return () =>
    twice
      .all()
      .map(({ server, hosts }) => ({
        server: String(server),
        hosts: String(hosts).split(',').filter(isInService),
      }))
      .filter(({ hosts }) => hosts.length > 1)
}

/** The world, with somebody who looks on. Its database gets an index for looking by server. */
export function watchedWorld(
  world: World,
  judge: Judge,
  seen: ReadonlyMap<string, Seen>,
  isInService: (host: string) => boolean,
): World {
  world.database.exec('CREATE INDEX sim_by_server ON bodies (server)')
  const ofServer = world.database.prepare('SELECT host, role, power FROM bodies WHERE server = ?')
  // A disk that was uploaded as an image is a copy too: what was shelved can be made from it again.
  const copies = world.database.prepare(
    'SELECT disk FROM bodies WHERE server = ? UNION SELECT disk FROM images WHERE server = ?',
  )
  const disksOf = (server: string): ReadonlySet<string> =>
    new Set(
      copies
        .all(server, server)
        .map((row) => String(row['disk']))
        .filter((disk) => disk !== ''),
    )

  /** Whoever was to be deleted once has no disk that anybody wants back, even if the delete failed half-way. */
  const doomed = new Set<string>()
  const check = (server: string, before: ReadonlySet<string>): void => {
    const bodies = ofServer.all(server)
    const record = seen.get(server)
    const name = record?.name ?? server
    const running = bodies.filter(
      ({ role, power, host }) =>
        role === 'guest' && power === 'running' && isInService(String(host)),
    )
    if (running.length > 1) {
      const where = running.map((row) => String(row['host'])).join(' and ')
      judge.fail('G1', `${name} runs on ${where} at once`)
    }
    if (record === undefined) return
    if (record.alive === null || record.delete_requested === 1) doomed.add(server)
    if (doomed.has(server) || record.rebuilds) return
    // What was never built to its end has nothing of its owner's on its disk yet.
    if (record.launched_at === null) return
    if (!precious.has(record.vm_state) || replacing.test(record.task_state ?? '')) return
    const after = disksOf(server)
    if (before.size > 0 && ![...after].some((disk) => before.has(disk)))
      judge.fail(
        'disk',
        `the last copy of the disk of ${name} was destroyed (${record.vm_state}/${record.task_state})`,
      )
  }

  return {
    ...world,
    change: (work) =>
      world.change((held) => {
        const touched = new Map<string, ReadonlySet<string>>()
        const noting = (server: string): void => {
          if (!touched.has(server)) touched.set(server, disksOf(server))
        }
        const noted: Holdings = {
          ...held,
          put: (body) => {
            noting(body.server)
            held.put(body)
          },
          remove: (host, server, role) => {
            noting(server)
            held.remove(host, server, role)
          },
        }
        const result = work(noted)
        for (const [server, before] of touched) check(server, before)
        return result
      }),
  }
}
