/**
 * Creating servers: one or several of one wish, all of them accepted together or none.
 *
 * Everything that can be refused is refused here, before anything is written. What a host must decide, the build operation
 * finds out.
 */
import type { Flavor } from '../../domain/flavor.ts'
import type { Identity } from '../../domain/identity.ts'
import type { ProjectId, ServerId } from '../../domain/ids.ts'
import { chargeOf } from '../../domain/quota.ts'
import type { Owner } from '../../domain/quota.ts'
import type { SchedulerHints, Server } from '../../domain/server.ts'
import { assert, problem } from '../../lib/problem.ts'
import { secureToken } from '../../lib/random.ts'
import { buildServer } from '../../operations/build.ts'
import type { NetworkRequest } from '../../operations/ports.ts'
import * as flavors from '../../store/compute/flavors.ts'
import * as keypairs from '../../store/compute/keypairs.ts'
import { charge, roomFor } from '../../store/compute/charges.ts'
import * as servers from '../../store/compute/servers.ts'
import * as securityGroups from '../../store/network/security-groups.ts'
import type { Tx } from '../../store/store.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { begin } from './context.ts'
import type { ServerContext } from './context.ts'
import { groupForNewServers } from './group-choice.ts'
import { chooseDisks, keepDisks } from './disk-choice.ts'
import type { DiskPlan } from './disk-choice.ts'
import type { DiskWish } from './disk-wish.ts'
import { checkMetadata } from './metadata.ts'
import { interfacesFor } from './network-choice.ts'
import type { NetworkWish } from './network-choice.ts'
import { placeFor } from './place-choice.ts'
import type { Place, PlaceWish } from './place-choice.ts'

export type CreateWish = PlaceWish & {
  readonly name: string
  /** The name the guest gives itself; made from the name when absent. */
  readonly hostname: string | null
  readonly description: string | null
  readonly imageRef: string | null
  /** Every disk it shall have; absent for one from the image. */
  readonly disks?: readonly DiskWish[]
  /** Whether whoever asks knows of volumes that several servers share. */
  readonly knowsShared?: boolean
  readonly flavorRef: string
  readonly networks: NetworkWish
  readonly minCount: number
  readonly maxCount: number
  readonly keyName: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: readonly string[]
  readonly accessIpV4: string | null
  readonly accessIpV6: string | null
  readonly configDrive: boolean
  /** Base64, as it came. */
  readonly userData: string | null
  readonly diskConfig: 'AUTO' | 'MANUAL'
  readonly hints: SchedulerHints
  readonly securityGroups: readonly string[]
  readonly adminPass: string | null
  readonly trustedImageCertificates: readonly string[] | null
}

export type Created = {
  readonly servers: readonly Server[]
  readonly adminPass: string
  readonly reservationId: string
}

/**
 * Accepts the wish: the servers exist from here on, and are being built.
 * @throws `invalid` for what can never be, `over-quota`, `forbidden`, `conflict`.
 */
export async function create(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  wish: CreateWish,
): Promise<Created> {
  const projectId = projectOf(who)
  authorizeAll(who, projectId, wish)
  const owner = { projectId, userId: who.userId }
  const accept = async (tx: Tx): Promise<Created> => {
    const flavor = await flavorFor(tx, who, projectId, wish.flavorRef)
    const disks = await chooseDisks(tx, who, wish, flavor)
    const place = await placeFor(tx, who, wish)
    await checkKey(tx, who, wish.keyName)
    await checkMetadata(tx, owner, wish.metadata)
    await securityGroups.meant(tx, projectId, wish.securityGroups, ctx.clock.now())
    const count = await affordable(tx, owner, flavor, wish)
    const groupId = await groupForNewServers(tx, owner, wish.hints, count)
    const interfaces = await interfacesFor(tx, who, projectId, wish.networks, count)
    const reservationId = `r-${ctx.ids.uuid().replaceAll('-', '').slice(0, 8)}`
    // Random like every id of a server.
    const members = Array.from({ length: count }, () => ctx.ids.uuid() as ServerId)
    const made: Server[] = []
    for (const index of members.keys()) {
      const plan = { ctx, tx, who, request, wish, flavor, place, groupId, reservationId }
      made.push(await createOne({ ...plan, projectId, disks, interfaces, index, members }))
    }
    // As late as can be: until the commit nobody else of the project is charged.
    await charge(tx, owner, chargeOf(flavor, count))
    return { servers: made, adminPass: wish.adminPass ?? secureToken(9), reservationId }
  }
  return await ctx.store.transaction(accept, 'held')
}

type Plan = {
  readonly ctx: ServerContext
  readonly tx: Tx
  readonly who: Identity
  readonly request: RequestContext
  readonly wish: CreateWish
  readonly projectId: ProjectId
  readonly flavor: Flavor
  readonly disks: DiskPlan
  readonly place: Place
  readonly groupId: string | null
  readonly interfaces: readonly NetworkRequest[]
  readonly reservationId: string
  readonly index: number
  /** Every server of the request. */
  readonly members: readonly ServerId[]
}

async function createOne(plan: Plan): Promise<Server> {
  const { ctx, tx, who, request, wish, place, disks } = plan
  const { image } = disks
  const { index, members } = plan
  const id = members[index]
  assert(id !== undefined, 'every server of a request has an id')
  const isAlone = members.length === 1
  const name = isAlone ? wish.name : `${wish.name}-${index + 1}`
  const server = await servers.insert(tx, {
    id,
    projectId: plan.projectId,
    userId: who.userId,
    name,
    imageId: image.id,
    flavor: disks.flavor,
    groupId: plan.groupId,
    zone: place.zone,
    keyName: wish.keyName,
    tags: wish.tags,
    createdAt: ctx.clock.now(),
    taskState: 'scheduling',
    description: wish.description,
    hostname: wish.hostname ?? hostnameFrom(name, id),
    metadata: wish.metadata,
    accessIpV4: wish.accessIpV4,
    accessIpV6: wish.accessIpV6,
    configDrive: wish.configDrive,
    userData: wish.userData,
    diskConfig: wish.diskConfig,
    reservationId: plan.reservationId,
    launchIndex: index,
    rootDeviceName: disks.rootDeviceName,
    schedulerHints: wish.hints,
    securityGroups: wish.securityGroups.length === 0 ? ['default'] : wish.securityGroups,
    trustedImageCertificates: wish.trustedImageCertificates,
    imageProperties: image.properties,
    imageMinDiskGb: image.minDiskGb,
    lockedBy: null,
    lockedReason: null,
    pinnedZone: place.zone,
    progress: 0,
    shelved: null,
    softDeletedAt: null,
    wanted: null,
  })
  const knowsShared = wish.knowsShared ?? true
  const make = { ids: ctx.ids, at: ctx.clock.now(), knowsShared }
  await keepDisks(tx, who, server, disks, make)
  const params = {
    serverId: id,
    userId: who.userId,
    networks: plan.interfaces,
    only: place.only,
    attemptsMax: place.only === null ? ctx.settings.attemptsMax : 1,
    ...(isAlone ? {} : { members }),
  }
  await begin(ctx, tx, who, request, server, { saga: buildServer, params, action: 'create' })
  return server
}

/** Making a server is one right; what it is made with can be others. */
function authorizeAll(who: Identity, projectId: ProjectId, wish: CreateWish): void {
  authorize(who, 'servers:create', { projectId })
  const { trustedImageCertificates: certificates, disks, networks } = wish
  if (certificates !== null) authorize(who, 'servers:create:trusted_certs', { projectId })
  if (disks !== undefined) authorize(who, 'servers:create:attach_volume', { projectId })
  const isAttached = networks !== 'any' && networks !== 'none'
  if (isAttached) authorize(who, 'servers:create:attach_network', { projectId })
}

function projectOf(who: Identity): ProjectId {
  if (who.projectId === null) {
    throw problem('forbidden', 'A server belongs to a project; this token has none')
  }
  return who.projectId
}

async function flavorFor(
  tx: Tx,
  who: Identity,
  projectId: ProjectId,
  ref: string,
): Promise<Flavor> {
  const sight = who.roles.has('admin') ? 'all' : { projectId }
  const flavor = await flavors.find(tx, ref, sight)
  if (flavor === null || flavor.disabled) {
    throw problem('invalid', `Flavor ${ref} could not be found.`, { flavor: ref })
  }
  return flavor
}

async function checkKey(tx: Tx, who: Identity, name: string | null): Promise<void> {
  if (name === null) return
  if ((await keypairs.find(tx, who.userId, name)) === null) {
    throw problem('invalid', 'Invalid key_name provided.', { keyName: name })
  }
}

/** As many as were wanted, or as quota allows, but not fewer than the least. */
async function affordable(tx: Tx, owner: Owner, flavor: Flavor, wish: CreateWish): Promise<number> {
  const { minCount, maxCount } = wish
  // Whoever leaves no choice gets that many or, when they are charged, none.
  if (minCount === maxCount) return maxCount
  const room = await roomFor(tx, owner, chargeOf(flavor))
  return Math.max(minCount, Math.min(maxCount, room))
}

/** A name that DNS can carry, from any name; the server's id when nothing is left of it. */
function hostnameFrom(name: string, id: ServerId): string {
  const label = name
    .normalize('NFKD')
    .replaceAll(/[\s_]+/g, '-')
    .replaceAll(/[^A-Za-z0-9.-]+/g, '')
    .replaceAll(/^[.-]+|[.-]+$/g, '')
    .toLowerCase()
    .slice(0, 63)
    .replaceAll(/[.-]+$/g, '')
  return label === '' ? `server-${id}` : label
}
