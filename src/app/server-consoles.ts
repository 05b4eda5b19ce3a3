/**
 * Consoles of servers: what was written on them, and tokens with which one is reached.
 *
 * A token is random, is kept as a hash, expires, and ends when its server moves or is deleted.
 */
import { hash } from 'node:crypto'
import { lastLines, tokenLifeMs } from '../domain/console.ts'
import type { ConsoleKind, ConsoleToken } from '../domain/console.ts'
import type { Identity } from '../domain/identity.ts'
import { refuseWhile } from '../domain/server-actions.ts'
import { problem } from '../lib/problem.ts'
import * as tokens from '../store/compute/console-tokens.ts'
import * as servers from '../store/compute/servers.ts'
import { authorize } from './authorize.ts'
import { askHost } from './server-looks.ts'
import type { ServerContext } from './servers/context.ts'
import { visibleServer } from './shown-servers.ts'

/** The last lines that the guest has written; all of them for null. */
export async function consoleOutput(
  ctx: ServerContext,
  who: Identity,
  id: string,
  lines: number | null,
): Promise<string> {
  const server = await ctx.store.read(
    async (reader) => await visibleServer(reader, who, id, 'os-console-output'),
  )
  const text = await askHost(ctx, server, async (host) => await host.getConsoleOutput(server.id))
  return lastLines(text, lines)
}

/** A console by the word of its type, the kind that is meant if there is one, and what a refusal calls the action. */
export type ConsoleWish = {
  readonly type: string
  readonly kind: ConsoleKind | null
  readonly word: string
}

export type OpenedConsole = { readonly kind: ConsoleKind; readonly token: string }

/**
 * Opens a console and answers the token that leads to it.
 * @throws `invalid` for a kind that there is not.
 */
export async function openConsole(
  ctx: ServerContext,
  who: Identity,
  id: string,
  { type, kind, word }: ConsoleWish,
): Promise<OpenedConsole> {
  const server = await ctx.store.read(
    async (reader) => await visibleServer(reader, who, id, 'os-remote-consoles'),
  )
  const opened = await askHost(ctx, server, async (host, name) => {
    refuseWhile(server, word, ['deleting', 'migrating'])
    if (kind === null) throw problem('invalid', `Invalid console type ${type}`, { type })
    return { kind, place: await host.getConsole(server.id, kind), onHost: name }
  })
  const token = ctx.ids.uuid()
  const now = ctx.clock.now()
  const expiresAt = now + tokenLifeMs
  await ctx.store.transaction(async (tx) => {
    const record = { ...opened, hash: hashOf(token), serverId: server.id, expiresAt }
    await tokens.add(tx, record, now)
  })
  return { kind: opened.kind, token }
}

/** Where a token leads, for whoever passes connections on. @throws `not-found` when it is not good (any more). */
export async function showToken(
  ctx: ServerContext,
  who: Identity,
  token: string,
): Promise<ConsoleToken> {
  authorize(who, 'os-console-auth-tokens')
  return await goodToken(ctx, token)
}

/** What a guest has written, for whoever has a token of its console. */
export async function consoleBehind(
  ctx: ServerContext,
  token: string,
): Promise<{ readonly name: string; readonly text: string }> {
  const { serverId } = await goodToken(ctx, token)
  const server = await ctx.store.read(async (reader) => await servers.get(reader, serverId))
  const text = await askHost(ctx, server, async (host) => await host.getConsoleOutput(serverId))
  return { name: server.name, text }
}

async function goodToken(ctx: ServerContext, token: string): Promise<ConsoleToken> {
  const now = ctx.clock.now()
  const found = await ctx.store.read(
    async (reader) => await tokens.find(reader, hashOf(token), now),
  )
  if (found === null) throw problem('not-found', 'Token not found')
  return found
}

function hashOf(token: string): string {
  return hash('sha256', token, 'base64url')
}
