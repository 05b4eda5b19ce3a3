/** What a simulated host is made of, and what its guests write on their consoles. */
import type { Guest, HostResources } from '../virt-driver.ts'

/** An ordinary x86 server that can do what the simulation can do; traits are names from the standard list. */
export const ordinaryMachine: HostResources = {
  vcpus: 16,
  memoryMb: 65536,
  diskGb: 1000,
  traits: [
    'COMPUTE_ARCH_X86_64',
    'COMPUTE_FIRMWARE_BIOS',
    'COMPUTE_FIRMWARE_UEFI',
    'COMPUTE_IMAGE_TYPE_AKI',
    'COMPUTE_IMAGE_TYPE_AMI',
    'COMPUTE_IMAGE_TYPE_ARI',
    'COMPUTE_IMAGE_TYPE_ISO',
    'COMPUTE_IMAGE_TYPE_QCOW2',
    'COMPUTE_IMAGE_TYPE_RAW',
    'COMPUTE_NET_ATTACH_INTERFACE',
    'COMPUTE_NET_VIF_MODEL_E1000',
    'COMPUTE_NET_VIF_MODEL_VIRTIO',
    'COMPUTE_NODE',
    'COMPUTE_RESCUE_BFV',
    'COMPUTE_SAME_HOST_COLD_MIGRATE',
    'COMPUTE_STORAGE_BUS_SCSI',
    'COMPUTE_STORAGE_BUS_VIRTIO',
    'COMPUTE_VOLUME_ATTACH',
    'COMPUTE_VOLUME_MULTI_ATTACH',
    'HW_CPU_X86_AESNI',
    'HW_CPU_X86_AVX',
    'HW_CPU_X86_AVX2',
    'HW_CPU_X86_SSE42',
    'HW_CPU_X86_VMX',
  ],
  hypervisorType: 'simulated',
  hypervisorVersion: 1000,
  hostIp: '127.0.0.1',
}

/** A boot log made from the guest as it is: the same guest always gives the same text. */
export function consoleOf(guest: Guest): string {
  const { name, vcpus, memoryMb, diskGb, diskGeneration, ports, plugged, volumes } = guest
  const lines = [
    `Booting ${guest.rescued ? `a rescue system for ${name}` : name}`,
    `cpu: ${vcpus} virtual processors are up`,
    `memory: ${memoryMb} MB`,
    `vda: ${diskGb} GB, disk ${diskGeneration}`,
    ...volumes.map(({ id, device }) => `${device}: volume ${id}`),
    ...ports.map(({ id, mac, address }, index) => {
      const link = plugged.includes(id) ? (address ?? 'no address') : 'no carrier'
      return `eth${index}: ${mac}, ${link}`
    }),
    'All services are started',
    ...lastWords(guest),
  ]
  return `${lines.join('\n')}\n`
}

function lastWords({ name, power }: Guest): readonly string[] {
  if (power === 'shutdown') return ['Power down']
  if (power === 'crashed') return ['Kernel panic']
  return power === 'nostate' ? [] : ['', `${name} login: `]
}
