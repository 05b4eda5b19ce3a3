/** A rule for what may come in, as Compute took it: judged as a whole, because its parts had no form of their own. */
import { problem } from '../../lib/problem.ts'
import { parseBlock } from './address.ts'
import type { SecurityRule } from './network.ts'

export type IngressWish = {
  readonly fromGroup: string | null
  readonly protocol: unknown
  readonly from: unknown
  readonly to: unknown
  readonly cidr: unknown
}

export type Ingress = Pick<
  SecurityRule,
  'ethertype' | 'portMax' | 'portMin' | 'protocol' | 'remoteGroupId' | 'remotePrefix'
>

/** @throws `invalid` for what says too little, or what cannot be. */
export function ingressOf(wish: IngressWish): Ingress {
  const remote = wish.fromGroup === null ? blockOf(wish.cidr) : fromGroup(wish.fromGroup)
  const told = withUsualPorts(wish)
  if (isAbsent(told.protocol) || isAbsent(told.from) || isAbsent(told.to)) {
    if (wish.fromGroup !== null) {
      return { ...remote, protocol: null, portMin: null, portMax: null }
    }
    throw problem('invalid', 'Not enough parameters to build a valid rule.')
  }
  const protocol = String(told.protocol)
  const [from, to] = [portOf(told.from, protocol), portOf(told.to, protocol)]
  checkPorts(protocol, from, to)
  // -1 is any type or code of ICMP.
  const said = (port: number): number | null => (port === -1 ? null : port)
  return { ...remote, protocol: protocol.toLowerCase(), portMin: said(from), portMax: said(to) }
}

type Remote = Pick<Ingress, 'ethertype' | 'remoteGroupId' | 'remotePrefix'>

function fromGroup(id: string): Remote {
  return { ethertype: 'IPv4', remoteGroupId: id, remotePrefix: null }
}

function blockOf(cidr: unknown): Remote {
  const text = isAbsent(cidr) || cidr === '' ? '0.0.0.0/0' : String(cidr)
  const block = parseBlock(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`)
  if (block === null) throw problem('invalid', `${text} is not a valid IP network.`)
  if (text.endsWith('/0') && !['0.0.0.0/0', '::/0'].includes(text)) {
    throw problem('invalid', `Bad prefix for network in cidr ${text}`)
  }
  const ethertype = block.version === 4 ? 'IPv4' : 'IPv6'
  return { ethertype, remoteGroupId: null, remotePrefix: text }
}

/** From another group everything may come, unless it is said otherwise. */
function withUsualPorts({ fromGroup: group, protocol, from, to }: IngressWish) {
  const isOpen = group !== null && isAbsent(from) && isAbsent(to)
  const word = typeof protocol === 'string' ? protocol.toUpperCase() : ''
  if (isOpen && word === 'ICMP') return { protocol, from: -1, to: -1 }
  if (isOpen && (word === 'TCP' || word === 'UDP')) return { protocol, from: 1, to: 65_535 }
  return { protocol, from, to }
}

function portOf(value: unknown, protocol: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return Math.trunc(value)
  if (typeof value === 'string' && /^\s*-?\d+\s*$/.test(value)) return Number(value)
  throw problem(
    'invalid',
    protocol.toUpperCase() === 'ICMP'
      ? 'Invalid input received: Type and Code must be integers for ICMP protocol type'
      : 'Invalid input received: To and From ports must be integers',
  )
}

function checkPorts(protocol: string, from: number, to: number): void {
  const word = protocol.toUpperCase()
  if (!['TCP', 'UDP', 'ICMP'].includes(word)) {
    throw problem('invalid', `Invalid IP protocol ${protocol}.`)
  }
  const refuse = (why: string): Error =>
    problem('invalid', `Invalid port range ${from}:${to}. ${why}`)
  if (word === 'ICMP') {
    const isType = (port: number): boolean => port >= -1 && port <= 255
    if (!isType(from) || !isType(to)) throw refuse('For ICMP, the type:code must be valid')
    return
  }
  if (from > to) throw refuse('Former value cannot be greater than the later')
  if (from < 1 || to > 65_535) throw refuse(`Valid ${word} ports should be between 1-65535`)
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}
