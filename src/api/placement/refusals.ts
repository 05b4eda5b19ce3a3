/**
 * The error form of Placement.
 *
 * A list with one error: status, title, a detail that begins with a sentence for the status, from 1.23 on a code, and the id
 * of the request. Who reads no JSON gets the same as HTML or plain text.
 */
import type { Problem } from '../../lib/problem.ts'
import { statusOfKind, titleOf } from '../http/problems.ts'
import type { HttpReply, HttpRequest } from '../http/service.ts'
import { accepted, qualityOf } from './accept.ts'

export type RefusalFacts = {
  readonly status: number
  readonly detail: string
  /** Without the prefix; only shown at versions that know codes. */
  readonly code?: string
  /** Whether the version that was asked for knows codes; null while no version is known. */
  readonly showsCode: boolean | null
  /** Oldest and newest version, for who asked for another one. */
  readonly versions?: { readonly min: string; readonly max: string }
}

export function refusal(request: HttpRequest | null, facts: RefusalFacts): HttpReply {
  const accept = accepted(request?.headers['accept'])
  const explained = explanation(request, facts)
  const html = qualityOf(accept, 'text/html')
  const json = qualityOf(accept, 'application/json')
  const heading = `${facts.status} ${titleOf(facts.status)}`
  if (html > 0 && html >= json) {
    const text = escaped(explained).replaceAll('\n', '<br />')
    return page(facts.status, `<h1>${heading}</h1>\n${text}`, heading)
  }
  if (json === 0) return plain(facts.status, `${heading}\n\n${explained}`)
  return { status: facts.status, body: { errors: [errorOf(request, facts, explained)] } }
}

/** What a problem becomes: its kind's status, unless it says another one. */
export function factsOf(problem: Problem): Pick<RefusalFacts, 'status' | 'detail' | 'code'> {
  const { status, code } = problem.details
  return {
    status: typeof status === 'number' ? status : statusOfKind(problem.kind),
    detail: problem.message,
    ...(typeof code === 'string' ? { code } : {}),
  }
}

function errorOf(request: HttpRequest | null, facts: RefusalFacts, explained: string): object {
  return {
    status: facts.status,
    title: titleOf(facts.status),
    detail: explained,
    ...(facts.showsCode === true ? { code: `placement.${facts.code ?? 'undefined_code'}` } : {}),
    ...(request === null ? {} : { request_id: request.requestId }),
    ...(facts.versions === undefined
      ? {}
      : { max_version: facts.versions.max, min_version: facts.versions.min }),
  }
}

const openings: Readonly<Record<number, string>> = {
  400: 'The server could not comply with the request since it is either malformed or otherwise incorrect. ',
  401: 'This server could not verify that you are authorized to access the document you requested.  Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required. ',
  403: 'Access was denied to this resource.',
  404: 'The resource could not be found.',
  409: 'There was a conflict when trying to complete your request.',
  500: 'The server has either erred or is incapable of performing the requested operation. ',
  503: 'The server is currently unavailable. Please try again at a later time. ',
}

/** The detail is one line: clients split the whole at its first empty line. */
function explanation(request: HttpRequest | null, { status, detail }: RefusalFacts): string {
  const line = detail.replaceAll(/\r/g, '').replaceAll('\n', ' ')
  switch (status) {
    case 405:
      return `The method ${request?.method ?? ''} is not allowed for this resource. \n\n ${line}`
    case 406:
      return `The resource could not be generated that was acceptable to your browser (content of type ${accepted(request?.headers['accept'])}. \n\n ${line}`
    case 415:
      return `The request media type ${request?.headers['content-type'] ?? 'None'} is not supported by this server. \n\n ${line}`
    default:
      return `${openings[status] ?? titleOf(status)}\n\n ${line}  `
  }
}

function page(status: number, body: string, title: string): HttpReply {
  const html = `<html>\n <head>\n  <title>${title}</title>\n </head>\n <body>\n${body}\n </body>\n</html>`
  return {
    status,
    headers: { 'Content-Type': 'text/html; charset=UTF-8' },
    body: Buffer.from(html),
  }
}

function plain(status: number, text: string): HttpReply {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=UTF-8' },
    body: Buffer.from(text),
  }
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
