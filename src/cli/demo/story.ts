/**
 * The case that Berth was born from, told as it happens: a resize whose destination fails when the disk has already moved.
 *
 * Every number and every state shown was just read from the cloud; the story says what to look at.
 */
import type { Clock } from '../../lib/clock.ts'
import { audit } from '../commands/audit.ts'
import { listOperations } from '../commands/operations.ts'
import { duration, paragraph } from '../layout.ts'
import type { Terminal } from '../terminal.ts'
import { timeline } from '../timeline.ts'
import { holdingsOf, isEmpty, picture } from './holdings.ts'
import type { Cast, Holdings } from './holdings.ts'
import type { ServerDocument, Size, Stage } from './stage.ts'

export type Telling = {
  readonly stage: Stage
  readonly terminal: Terminal
  readonly clock: Clock
  /** The server begins on the first of them. */
  readonly hosts: readonly string[]
}

const small: Size = { vcpus: 1, memoryMb: 512, diskGb: 1 }
const large: Size = { vcpus: 2, memoryMb: 2048, diskGb: 20 }

/** How long the destination hesitates before it fails, so that there is time to look. */
const hesitationMs = 600

/** The step at which the destination makes the guest. */
const fatalStep = 'guestFinished'

/** Answers 0 if every act ended as it must, else 1. */
export async function tell(telling: Telling): Promise<number> {
  const { stage, terminal, clock } = telling
  terminal.line()
  say(
    telling,
    `A server is resized from ${sizeWords(small)} to ${sizeWords(large)}. That takes it to another
    host. There, with its disk already moved, the network card cannot be plugged:
    VirtualInterfaceCreateException. What becomes of the server, and of what both hosts hold
    for it? Nova, which keeps servers in one service and claims in another, ends with a server
    that shows the old size and a claim of the new one.`,
  )
  const tag = String(clock.now() % 100_000)
  const sizes = {
    small: await stage.flavor(`demo-small-${tag}`, small),
    large: await stage.flavor(`demo-large-${tag}`, large),
  }
  const first = await actOne(telling, sizes, tag)
  const second = await actTwo(telling, sizes, tag)
  return await epilogue(telling, first && second)
}

type Sizes = { readonly small: string; readonly large: string }

/** Policy `leave`: the server stays where its disk is. Answers whether it ended as it must. */
async function actOne(telling: Telling, sizes: Sizes, tag: string): Promise<boolean> {
  const { stage, terminal, clock } = telling
  title(telling, '1. Policy "leave": the server stays where its disk is')
  const cast = await opening(telling, sizes, `demo-leave-${tag}`)
  const after = await failing(telling, cast, sizes, 'leave')
  say(
    telling,
    `The server is ${after.status} on ${after['OS-EXT-SRV-ATTR:host'] ?? 'no host'}, where its disk is, and
    its owner reads: "${after.fault?.message ?? ''}". The size it shows is the size that is claimed
    for it there, and the source holds nothing any more:`,
  )
  await lookAndShow(telling, cast)
  const began = clock.now()
  const rebooted = await stage.hardReboot(cast.server)
  terminal.line()
  say(
    telling,
    `The fault has passed. A hard reboot makes the guest on the disk that is there: the server is
    ${rebooted.status} after ${duration(clock.now() - began)}. Then it is deleted.`,
  )
  await stage.remove(cast.server)
  return after.status === 'ERROR' && (await isGone(telling, cast))
}

/** Policy `rollback`: the server returns. Answers whether it ended as it must. */
async function actTwo(telling: Telling, sizes: Sizes, tag: string): Promise<boolean> {
  const { stage, hosts } = telling
  title(telling, '2. Policy "rollback": the server returns')
  say(telling, 'The same failure; but this request says: X-Berth-Failure-Policy: rollback')
  telling.terminal.line()
  const cast = await opening(telling, sizes, `demo-rollback-${tag}`)
  const after = await failing(telling, cast, sizes, 'rollback')
  const host = after['OS-EXT-SRV-ATTR:host']
  say(
    telling,
    `The server is ${after.status} on ${host ?? 'no host'} again, in its old size, as if nobody had
    asked. The migration is in error, and the log above stays readable.`,
  )
  await lookAndShow(telling, cast)
  await stage.remove(cast.server)
  return after.status === 'ACTIVE' && host === hosts[0] && (await isGone(telling, cast))
}

async function epilogue({ stage, terminal, clock }: Telling, isWell: boolean): Promise<number> {
  title({ terminal }, '3. What is left behind')
  const found = await audit(stage.client, terminal, clock, {})
  terminal.line()
  const clean = isWell && found === 0
  const verdict = clean
    ? 'Both servers are deleted. Neither host holds anything for them.'
    : 'This is not how the story should have ended.'
  terminal.line(terminal.styled(clean ? 'green' : 'red', verdict))
  if (clean) {
    terminal.line('Try it yourself: berth faults --help, berth watch, berth explain --help')
  }
  return clean ? 0 : 1
}

async function opening(telling: Telling, sizes: Sizes, name: string): Promise<Cast> {
  const { stage, terminal, clock, hosts } = telling
  const began = clock.now()
  const server = await stage.boot(name, sizes.small, hosts[0] ?? '')
  terminal.line(
    `${name} boots on ${hosts[0]}: ${server.status} after ${duration(clock.now() - began)}.`,
  )
  const cast = { server: server.id, migrations: [] }
  await lookAndShow(telling, cast)
  return cast
}

/** Orders the fault, asks for the resize, shows it half-way and step by step. Answers the server afterwards. */
async function failing(
  telling: Telling,
  cast: Cast,
  sizes: Sizes,
  policy: 'leave' | 'rollback',
): Promise<ServerDocument> {
  const { stage, terminal } = telling
  const call = { on: 'finish_migration', server: cast.server, times: 1 }
  const faults = [
    { ...call, delay: hesitationMs },
    { ...call, raise: 'VirtualInterfaceCreateException' },
  ]
  await stage.client.send('PUT', '/berth/v1/faults', { faults })
  await stage.beginResize(cast.server, sizes.large, policy)
  terminal.line()
  if (await stage.reaches(cast.server, fatalStep)) {
    const halfWay = await look(telling, cast)
    // On a machine that is too busy it may be over by now; then this was not half-way.
    if (await stage.isAt(cast.server, fatalStep)) {
      terminal.line('The resize is under way, and the destination hesitates:')
      show(telling, halfWay)
      terminal.line()
    }
  }
  const after = await stage.settled(cast.server)
  terminal.line('Then it fails. Step by step:')
  const resize = (await listOperations(stage.client, cast.server)).find(
    ({ name }) => name === 'server.resize',
  )
  for (const line of timeline(resize?.steps ?? [], terminal)) terminal.line(line)
  terminal.line()
  return after
}

async function look({ stage, hosts }: Telling, cast: Cast): Promise<Holdings> {
  const migrations = await stage.migrations(cast.server)
  return await holdingsOf(stage.client, { ...cast, migrations }, hosts)
}

function show({ terminal }: Telling, holdings: Holdings): void {
  terminal.line()
  // Of many hosts those that play no part would only hide the others.
  const shown = holdings.length > 3 ? holdings.filter((each) => !isEmpty([each])) : holdings
  for (const line of picture(shown)) terminal.line(line)
}

async function lookAndShow(telling: Telling, cast: Cast): Promise<void> {
  show(telling, await look(telling, cast))
}

async function isGone(telling: Telling, cast: Cast): Promise<boolean> {
  return isEmpty(await look(telling, cast))
}

function title({ terminal }: Pick<Telling, 'terminal'>, text: string): void {
  terminal.line()
  terminal.line(terminal.styled('bold', text))
  terminal.line()
}

function say({ terminal }: Pick<Telling, 'terminal'>, text: string): void {
  for (const line of paragraph(text)) terminal.line(line)
}

function sizeWords({ vcpus, memoryMb, diskGb }: Size): string {
  return `${vcpus} VCPU, ${memoryMb} MB and ${diskGb} GB`
}
