/** The server that is asked for where nobody cares which: what a scene or a test wants otherwise, it says. */
import type { CreateWish } from '../app/servers/create.ts'

export const plainWish: Omit<CreateWish, 'imageRef' | 'flavorRef'> = {
  name: 'server',
  hostname: null,
  description: null,
  networks: 'auto',
  minCount: 1,
  maxCount: 1,
  keyName: null,
  metadata: {},
  tags: [],
  accessIpV4: null,
  accessIpV6: null,
  configDrive: false,
  userData: null,
  diskConfig: 'MANUAL',
  hints: {},
  securityGroups: [],
  adminPass: null,
  trustedImageCertificates: null,
  availabilityZone: null,
  host: null,
  hypervisorHostname: null,
}
