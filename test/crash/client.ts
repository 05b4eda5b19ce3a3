/** A client that knows what it does not know: a request that got no answer may have been carried out or not. */
import type { Program } from './program.ts'

export type Reply = {
  readonly status: number
  readonly headers: Headers
  /** JSON as it came. */
  readonly body: Body
}

/** Answers are looked into by name; what is not there is undefined. */
export type Body = { readonly [key: string]: Body }

export class Client {
  readonly #url: string
  readonly #token: string
  readonly projectId: string

  private constructor(url: string, token: string, projectId: string) {
    this.#url = url
    this.#token = token
    this.projectId = projectId
  }

  static async logIn({ url, password }: Program): Promise<Client> {
    const domain = { id: 'default' }
    const user = { name: 'admin', domain, password }
    const scope = { project: { name: 'admin', domain } }
    const auth = { identity: { methods: ['password'], password: { user } }, scope }
    const reply = await fetch(`${url}/identity/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth }),
    })
    if (reply.status !== 201) throw new Error(`logging in answered ${reply.status}`)
    // The form of Keystone's answer.
    const { token } = (await reply.json()) as { token: { project: { id: string } } }
    return new Client(url, reply.headers.get('x-subject-token') ?? '', token.project.id)
  }

  /** The same user at another process of the same cloud: its tokens are good everywhere. */
  at({ url }: { readonly url: string }): Client {
    return new Client(url, this.#token, this.projectId)
  }

  /** Null when there is no answer: then nobody knows. */
  async ask(method: string, path: string, body?: unknown): Promise<Reply | null> {
    try {
      const reply = await fetch(`${this.#url}${path}`, {
        method,
        headers: {
          'x-auth-token': this.#token,
          'content-type': 'application/json',
          'openstack-api-version': 'compute 2.90, placement 1.36',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(60_000),
      })
      const text = await reply.text()
      const known = text === '' ? {} : (JSON.parse(text) as Body)
      return { status: reply.status, headers: reply.headers, body: known }
    } catch {
      return null
    }
  }
}
