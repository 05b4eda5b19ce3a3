/** The body that a server should have, from its records. */
import type { FlavorCopy, Server } from '../domain/server.ts'
import type { GuestPort, GuestSpec } from '../drivers/virt-driver.ts'
import type { Reader } from '../store/store.ts'
import { guestPortsOf } from './ports.ts'

/** The guest of a server, in the size of its flavor or of another one. */
export async function guestOf(
  reader: Reader,
  server: Server,
  flavor: FlavorCopy = server.flavor,
): Promise<GuestSpec> {
  return specOf(server, flavor, await guestPortsOf(reader, server.id))
}

function specOf(server: Server, flavor: FlavorCopy, ports: readonly GuestPort[]): GuestSpec {
  return {
    server: server.id,
    name: `instance-${server.number.toString(16).padStart(8, '0')}`,
    vcpus: flavor.vcpus,
    memoryMb: flavor.memoryMb,
    diskGb: flavor.diskGb + flavor.ephemeralGb,
    image: server.imageId,
    ports,
    volumes: [],
  }
}
