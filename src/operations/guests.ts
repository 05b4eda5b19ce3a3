/** The body that a server should have, from its records. */
import { localDiskGb } from '../domain/need.ts'
import type { FlavorCopy, Server } from '../domain/server.ts'
import type { GuestPort, GuestSpec, GuestVolume } from '../drivers/virt-driver.ts'
import type { Reader } from '../store/store.ts'
import { guestPortsOf } from './ports.ts'
import { guestVolumesOf } from './volumes.ts'

/** The guest of a server, in the size of its flavor or of another one. */
export async function guestOf(
  reader: Reader,
  server: Server,
  flavor: FlavorCopy = server.flavor,
): Promise<GuestSpec> {
  const ports = await guestPortsOf(reader, server.id)
  return specOf(server, flavor, ports, await guestVolumesOf(reader, server.id))
}

function specOf(
  server: Server,
  flavor: FlavorCopy,
  ports: readonly GuestPort[],
  volumes: readonly GuestVolume[],
): GuestSpec {
  return {
    server: server.id,
    name: `instance-${server.number.toString(16).padStart(8, '0')}`,
    vcpus: flavor.vcpus,
    memoryMb: flavor.memoryMb,
    diskGb: localDiskGb(flavor),
    image: server.imageId,
    ports,
    volumes,
  }
}
