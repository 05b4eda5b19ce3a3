/** What a simulated host is made of. */
import type { HostResources } from '../virt-driver.ts'

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
