/** Reading what things are known by: names of hosts, and the domains that they are in. */
import type { JsonObject } from '../../lib/json.ts'
import { bad, text } from '../http/fields.ts'

const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/

/** A name below a domain, or with all its domains; empty for none. Names do not tell capital letters from small ones. */
export function nameOf(body: JsonObject): string | undefined {
  const name = text(body, 'dns_name')?.toLowerCase()
  if (name === undefined || name === '') return name
  if (isName(name.replace(/\.$/, ''))) return name
  throw bad('dns_name', `'${name}' is not a name of a host`)
}

/** A domain with a dot at its end; empty for none. */
export function domainOf(body: JsonObject): string | undefined {
  const domain = text(body, 'dns_domain')?.toLowerCase()
  if (domain === undefined || domain === '') return domain
  if (domain.endsWith('.') && isName(domain.slice(0, -1))) return domain
  throw bad('dns_domain', `'${domain}' is not a FQDN`)
}

function isName(name: string): boolean {
  return name.split('.').every((each) => label.test(each))
}
