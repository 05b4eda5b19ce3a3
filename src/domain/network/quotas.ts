/** How many records of the network a project may have, unless somebody says otherwise for it. */

/** -1 is no limit. Ports come with servers, which Compute limits; a second limit on the same thing would only be in the way. */
export const defaultQuotas = {
  network: 100,
  subnet: 100,
  port: -1,
  router: 10,
  floatingip: 50,
  security_group: 10,
  security_group_rule: 100,
} as const

export type QuotaResource = keyof typeof defaultQuotas

export const quotaResources = Object.keys(defaultQuotas) as readonly QuotaResource[] // the keys of that very object

export type QuotaLimits = Readonly<Record<QuotaResource, number>>
