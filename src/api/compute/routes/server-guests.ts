/** What reaches into a guest from outside: consoles, diagnostics, interrupts, its network. */
import { consoleKind } from '../../../domain/console.ts'
import { consoleOutput, openConsole, showToken } from '../../../app/server-consoles.ts'
import { diagnose } from '../../../app/server-diagnostics.ts'
import { injectNetworkInfo, triggerCrashDump } from '../../../app/servers/interruptions.ts'
import { problem } from '../../../lib/problem.ts'
import { consoleUrl } from '../console-url.ts'
import { accepted, ok } from '../replies.ts'
import { action, route } from '../route.ts'
import type { Call, Route } from '../route.ts'
import { createConsole } from '../schemas/consoles.ts'
import { noQuery } from '../schemas/queries.ts'
import * as schemas from '../schemas/server-actions.ts'

const path = '/servers/{id}/action'

export const serverGuestRoutes: readonly Route[] = [
  action('os-getConsoleOutput', {
    name: 'server.getConsoleOutput',
    path,
    policyWithin: 'os-console-output',
    request: schemas.getConsoleOutput,
    handler: async ({ ctx, who, params: { id = '' }, body }) => {
      const { length = null } = body['os-getConsoleOutput']
      return ok({ output: await consoleOutput(ctx, who, id, length) })
    },
  }),
  route({
    name: 'server.remoteConsoles.create',
    method: 'POST',
    path: '/servers/{server_id}/remote-consoles',
    policyWithin: 'os-remote-consoles',
    request: createConsole,
    handler: async (call) => {
      const { protocol, type } = call.body.remote_console
      const wish = {
        id: call.params['server_id'] ?? '',
        protocol,
        type,
        word: `get_${protocol}_console`,
      }
      return ok({ remote_console: { protocol, type, url: await opened(call, wish) } })
    },
  }),
  action('os-getVNCConsole', {
    name: 'server.getVncConsole',
    path,
    policyWithin: 'os-remote-consoles',
    request: schemas.getVncConsole,
    handler: async (call) => await oldConsole(call, 'vnc', call.body['os-getVNCConsole'].type),
  }),
  action('os-getSPICEConsole', {
    name: 'server.getSpiceConsole',
    path,
    policyWithin: 'os-remote-consoles',
    request: schemas.getSpiceConsole,
    handler: async (call) => await oldConsole(call, 'spice', call.body['os-getSPICEConsole'].type),
  }),
  action('os-getSerialConsole', {
    name: 'server.getSerialConsole',
    path,
    policyWithin: 'os-remote-consoles',
    request: schemas.getSerialConsole,
    handler: async (call) =>
      await oldConsole(call, 'serial', call.body['os-getSerialConsole'].type),
  }),
  action('os-getRDPConsole', {
    name: 'server.getRdpConsole',
    path,
    policy: null,
    handler: async () => await unspoken(),
  }),
  route({
    name: 'consoleTokens.show',
    method: 'GET',
    path: '/os-console-auth-tokens/{id}',
    policy: 'os-console-auth-tokens',
    query: noQuery,
    handler: async ({ ctx, who, params: { id = '' }, api }) => {
      // They were for one kind of console, which there is not any more.
      if (!api.has('consoleTokensOfEveryKind')) return await unspoken()
      const { serverId, place } = await showToken(ctx, who, id)
      return ok({ console: api.show('consoleToken', { serverId, ...place }) })
    },
  }),
  route({
    name: 'server.diagnostics',
    method: 'GET',
    path: '/servers/{server_id}/diagnostics',
    policyWithin: 'os-server-diagnostics',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '' }, api }) => {
      const isPlain = api.has('diagnosticsHaveOneForm')
      const word = isPlain ? 'get_instance_diagnostics' : 'get_diagnostics'
      return ok(api.show('diagnostics', await diagnose(ctx, who, server, word)))
    },
  }),
  action('trigger_crash_dump', {
    name: 'server.triggerCrashDump',
    path,
    policyWithin: 'servers:trigger_crash_dump',
    request: schemas.triggerCrashDump,
    handler: async ({ ctx, who, request, params: { id = '' } }) => {
      await triggerCrashDump(ctx, who, request, id)
      return accepted()
    },
  }),
  action('injectNetworkInfo', {
    name: 'server.injectNetworkInfo',
    path,
    policyWithin: 'os-admin-actions:inject_network_info',
    request: schemas.bare('injectNetworkInfo'),
    handler: async ({ ctx, who, request, params: { id = '' } }) => {
      await injectNetworkInfo(ctx, who, request, id)
      return accepted()
    },
  }),
]

async function oldConsole(call: Call<unknown>, protocol: string, type: string) {
  const { id = '' } = call.params
  const url = await opened(call, { id, protocol, type, word: `get_${protocol}_console` })
  return ok({ console: { type, url } })
}

async function opened(
  { ctx, who, links }: Pick<Call<unknown>, 'ctx' | 'who' | 'links'>,
  wish: {
    readonly id: string
    readonly protocol: string
    readonly type: string
    readonly word: string
  },
): Promise<string> {
  const { id, protocol, type, word } = wish
  const kind = consoleKind(protocol, type)
  return consoleUrl(links, await openConsole(ctx, who, id, { kind, type, word }))
}

/** Kinds of consoles that no hypervisor has any more. */
async function unspoken(): Promise<never> {
  const message =
    'The server could not comply with the request since it is either malformed or otherwise incorrect.'
  throw problem('invalid', message)
}
