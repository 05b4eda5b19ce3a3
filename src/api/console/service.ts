/**
 * The page behind a console's URL: what the guest has written, for whoever has the token.
 *
 * It stands where elsewhere a page for VNC stands, so that a URL that somebody opens shows something true. The token in the
 * URL is the only proof that is asked for, as it is there.
 */
import { consoleBehind } from '../../app/server-consoles.ts'
import type { ServerContext } from '../../app/servers/context.ts'
import { isProblem, problem } from '../../lib/problem.ts'
import { tokenIn } from '../compute/console-url.ts'
import { plainRefusal } from '../http/problems.ts'
import type { HttpReply, Service } from '../http/service.ts'

/** What a browser may do with the page: show it, and nothing else. */
const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

export function consoleService(ctx: ServerContext): Service {
  return {
    answer: async ({ method, query }): Promise<HttpReply> => {
      if (method !== 'GET' && method !== 'HEAD') {
        const wrong = problem('invalid', 'This address can only be read')
        return { ...plainRefusal({ status: 405, problem: wrong }), headers: { Allow: 'GET' } }
      }
      const token = tokenIn(query)
      try {
        if (token === null) throw problem('not-found', 'Token not found')
        const { name, text } = await consoleBehind(ctx, token)
        return { status: 200, headers, body: Buffer.from(pageOf(name, text)) }
      } catch (thrown) {
        if (!isProblem(thrown, 'not-found')) throw thrown
        const refused = problem('forbidden', 'The token of this console is not good (any more)')
        return plainRefusal({ status: 403, problem: refused })
      }
    },
  }
}

function pageOf(name: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(name)}</title></head>
<body style="margin: 0; background: #111; color: #ddd">
<pre style="padding: 1em">${escaped(text)}</pre>
</body>
</html>
`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function escaped(text: string): string {
  return text.replaceAll(/[&<>]/g, (sign) => entities[sign] ?? sign)
}
