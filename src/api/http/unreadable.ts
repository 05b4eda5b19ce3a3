/** What to say of bytes that are no HTTP request, by the code that Node's parser gives. */
import { problem } from '../../lib/problem.ts'
import type { Refusal } from './service.ts'

const refusals: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The request headers are too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The request body is too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive'],
  HPE_INVALID_CONTENT_LENGTH: [400, 'The content-length header must be an integer'],
  HPE_UNEXPECTED_CONTENT_LENGTH: [400, 'There must be one content-length header at most'],
  HPE_INVALID_HEADER_TOKEN: [400, 'The request has an invalid header'],
  HPE_INVALID_METHOD: [400, 'The request method is unknown'],
  HPE_INVALID_URL: [400, 'The request address is invalid'],
}

export function refusalOfUnreadable(code: string): Refusal {
  const [status, message] = refusals[code] ?? [400, 'The request is not valid HTTP']
  return { status, problem: problem('invalid', message, { code }) }
}
