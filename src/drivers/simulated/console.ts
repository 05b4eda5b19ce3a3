/**
 * What a guest has written on its console: a log of its boots, made from what happened to it and from the body that it has.
 *
 * The same guest always gives the same text.
 */
import type { Instant } from '../../lib/clock.ts'
import type { Body, ConsoleEntry } from './world-tables.ts'

export function consoleOf(body: Body): string {
  return body.console.map((entry, index) => chapter(body, entry, index)).join('\n')
}

function chapter(body: Body, { at, what }: ConsoleEntry, index: number): string {
  const isLast = index === body.console.length - 1
  if (what === 'off') return `${stamp(at)} Power down\n`
  if (what === 'nmi') return `${stamp(at)} NMI received, memory dumped to /var/crash\n`
  const lines = bootLines(body, { at, what }).join('\n')
  // A guest that goes down without a word leaves nothing behind its prompt.
  return isLast && body.power === 'crashed'
    ? `${lines}\nKernel panic\n`
    : `${lines}\n\n${body.name} login: `
}

function bootLines(body: Body, { at, what }: ConsoleEntry): readonly string[] {
  const { name, vcpus, memoryMb, diskGb, diskGeneration, ports, plugged, volumes } = body
  return [
    `${stamp(at)} Booting ${what === 'rescue' ? `a rescue system for ${name}` : name}`,
    `cpu: ${vcpus} virtual processors are up`,
    `memory: ${memoryMb} MB`,
    `vda: ${diskGb} GB, disk ${diskGeneration}`,
    ...volumes.map(({ id, device }) => `${device}: volume ${id}`),
    ...ports.map(({ id, mac, address }, number) => {
      const link = plugged.includes(id) ? (address ?? 'no address') : 'no carrier'
      return `eth${number}: ${mac}, ${link}`
    }),
    'All services are started',
  ]
}

function stamp(at: Instant): string {
  return `[${new Date(at).toISOString()}]`
}
