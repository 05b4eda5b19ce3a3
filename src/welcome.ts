/** What a user reads when the cloud is ready. The first line is a contract for scripts. */
import type { Config } from './config.ts'

export function welcome(config: Config, origin: string, tookMs: number): string {
  const files = config.dataDir
  const endpoints = ['identity/v3', 'compute/v2.1', 'placement', 'image', 'network', 'volume/v3']
  return `berth ready ${origin}

${endpoints.map((path) => `  ${origin}/${path}`).join('\n')}

  ${config.hosts} simulated hosts, ready in ${Math.round(tookMs)} ms
  credentials: ${files}/clouds.yaml (clouds berth-admin and berth-demo), ${files}/openrc

Try next, in another terminal:
  export OS_CLIENT_CONFIG_FILE=${files}/clouds.yaml OS_CLOUD=berth-demo
  openstack server create --flavor m1.tiny --image berth-tiny --network private --wait first
  npm run demo

Ctrl-C stops it; starting again continues with the same cloud.
`
}
