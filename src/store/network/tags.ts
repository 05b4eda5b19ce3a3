/** Tags of networks, subnets, ports and so on. */
import type { TaggedKind, TagsById } from '../../domain/network/tags.ts'
import type { Reader, Tx } from '../store.ts'

const columns = {
  network: 'network_id',
  subnet: 'subnet_id',
  'subnet-pool': 'subnet_pool_id',
  port: 'port_id',
  router: 'router_id',
  'floating-ip': 'floating_ip_id',
  'security-group': 'security_group_id',
} as const satisfies Record<TaggedKind, string>

const nothing = {
  network_id: null,
  subnet_id: null,
  subnet_pool_id: null,
  port_id: null,
  router_id: null,
  floating_ip_id: null,
  security_group_id: null,
}

/** Those of one record, in order. */
export async function of(reader: Reader, kind: TaggedKind, id: string): Promise<readonly string[]> {
  const query = reader.selectFrom('network_tags').select('tag').where(columns[kind], '=', id)
  return (await query.orderBy('tag').execute()).map(({ tag }) => tag)
}

/** Those of every record of a kind. */
export async function all(reader: Reader, kind: TaggedKind): Promise<TagsById> {
  const column = columns[kind]
  const rows = await reader
    .selectFrom('network_tags')
    .select(['tag', `${column} as owner`])
    .where(column, 'is not', null)
    .orderBy('tag')
    .execute()
  const grouped = Map.groupBy(rows, ({ owner }) => owner ?? '')
  return new Map([...grouped].map(([id, found]) => [id, found.map(({ tag }) => tag)]))
}

/** Lets a record have these, and no others. */
export async function save(
  tx: Tx,
  kind: TaggedKind,
  id: string,
  tags: readonly string[],
): Promise<void> {
  const column = columns[kind]
  await tx.deleteFrom('network_tags').where(column, '=', id).execute()
  if (tags.length === 0) return
  const rows = tags.map((tag) => ({ ...nothing, [column]: id, tag }))
  await tx.insertInto('network_tags').values(rows).execute()
}
