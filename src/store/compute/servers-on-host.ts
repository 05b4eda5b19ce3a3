/** What projects' servers on one host are of size. */
import type { HostName, ProjectId } from '../../domain/ids.ts'
import type { FlavorCopy } from '../../domain/server.ts'
import { fromJson } from '../../lib/json.ts'
import type { Reader } from '../store.ts'

export type ProjectCharge = {
  readonly projectId: ProjectId
  readonly vcpus: number
  readonly memoryMb: number
  readonly diskGb: number
}

/** By project, in the order of their ids. */
export async function chargesOnHost(
  reader: Reader,
  host: HostName,
): Promise<readonly ProjectCharge[]> {
  const rows = await reader
    .selectFrom('servers')
    .select(['project_id', 'flavor'])
    .where('host', '=', host)
    .where('alive', '=', 1)
    .orderBy('project_id')
    .execute()
  const charges = new Map<string, ProjectCharge>()
  for (const { project_id: id, flavor } of rows) {
    const { vcpus, memoryMb, diskGb, ephemeralGb } = fromJson<FlavorCopy>(flavor)
    // A row's project is what it was written with.
    const before = charges.get(id) ?? {
      projectId: id as ProjectId,
      vcpus: 0,
      memoryMb: 0,
      diskGb: 0,
    }
    charges.set(id, {
      ...before,
      vcpus: before.vcpus + vcpus,
      memoryMb: before.memoryMb + memoryMb,
      diskGb: before.diskGb + diskGb + ephemeralGb,
    })
  }
  return [...charges.values()]
}
