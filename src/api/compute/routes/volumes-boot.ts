/** The old name for servers that boot from volumes: the same as servers, under another path. */
import type { Route } from '../route.ts'

const before = '/os-volumes_boot'

const names: Readonly<Record<string, string>> = {
  'servers.list': 'volumesBoot.list',
  'servers.detail': 'volumesBoot.detail',
  'servers.create': 'volumesBoot.create',
  'servers.show': 'volumesBoot.show',
  'servers.update': 'volumesBoot.update',
  'servers.delete': 'volumesBoot.delete',
  'server.confirmResize': 'volumesBoot.confirmResize',
  'server.revertResize': 'volumesBoot.revertResize',
  'server.reboot': 'volumesBoot.reboot',
  'server.resize': 'volumesBoot.resize',
  'server.rebuild': 'volumesBoot.rebuild',
  'server.createImage': 'volumesBoot.createImage',
  'server.start': 'volumesBoot.start',
  'server.stop': 'volumesBoot.stop',
  'server.triggerCrashDump': 'volumesBoot.triggerCrashDump',
}

/** The routes of servers again, which change as those do, and end by themselves. */
export function volumesBootRoutes(servers: readonly Route[]): readonly Route[] {
  return servers.flatMap((route) => {
    const name = names[route.name]
    const path = route.path.replace('/servers', before)
    return name === undefined ? [] : [{ ...route, name, path, speaksAs: route.name }]
  })
}
