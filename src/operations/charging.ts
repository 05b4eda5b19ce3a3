/** What a project is charged for a server while and after its size changes. */
import { chargeOf } from '../domain/quota.ts'
import type { FlavorCopy, Server } from '../domain/server.ts'
import { charge, chargeRegardless } from '../store/compute/charges.ts'
import { setCharge } from '../store/compute/server-charges.ts'
import type { Tx } from '../store/store.ts'

type Size = { readonly vcpus: number; readonly memoryMb: number }

/**
 * Charges for the larger of two sizes, in each dimension: while a move is open either may come true, so neither confirming
 * nor reverting can ever exceed what was granted.
 * @throws `over-quota`
 */
export async function chargeForBoth(
  tx: Tx,
  server: Server,
  one: FlavorCopy,
  other: FlavorCopy,
): Promise<void> {
  await chargeSize(tx, server, {
    vcpus: Math.max(one.vcpus, other.vcpus),
    memoryMb: Math.max(one.memoryMb, other.memoryMb),
  })
}

/** Charges for what the server has now, and gives back the rest. */
export async function chargeExactly(tx: Tx, server: Server, flavor: FlavorCopy): Promise<void> {
  await chargeSize(tx, server, flavor)
}

/** A server that is on no host counts, and its size does not: it uses none of it. */
export async function chargeNoSize(tx: Tx, server: Server): Promise<void> {
  await chargeSize(tx, server, { vcpus: 0, memoryMb: 0 })
}

/**
 * A server that was put aside, and so was not charged for, is there again though nobody wanted it back: deleting it for good did
 * not succeed, or an operator reset its state. Whether its project may have it is not asked, for it has it.
 */
export async function chargeIfAside(tx: Tx, server: Server): Promise<void> {
  if (server.vmState !== 'soft-delete') return
  const { cores, ram } = chargeOf(server.flavor)
  await setCharge(tx, server.id, { cores, ram })
  await chargeRegardless(tx, server, { instances: 1, cores, ram })
}

async function chargeSize(tx: Tx, server: Server, size: Size): Promise<void> {
  const { cores, ram } = chargeOf(size)
  const before = await setCharge(tx, server.id, { cores, ram })
  const growth = { instances: 0, cores: cores - before.cores, ram: ram - before.ram }
  await charge(tx, server, growth)
}
