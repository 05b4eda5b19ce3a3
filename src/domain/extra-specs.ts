/**
 * Extra specs that have a meaning, and the values that make sense for each.
 *
 * A name without a namespace, or in a namespace that is nobody's here, may be anything: operators use them for their own ends. In
 * a namespace that has a meaning, a name that has none is a typing error that would otherwise be found when no host fits.
 */
import { problem } from '../lib/problem.ts'

type Value =
  | { readonly kind: 'bool' }
  | { readonly kind: 'int'; readonly min: number }
  | { readonly kind: 'enum'; readonly of: readonly string[] }
  | { readonly kind: 'text'; readonly like: RegExp | null }

const bool: Value = { kind: 'bool' }
const int = (min: number): Value => ({ kind: 'int', min })
const oneOf = (...of: readonly string[]): Value => ({ kind: 'enum', of })
const text = (like: RegExp | null = null): Value => ({ kind: 'text', like })

const cpuSet = /^\^?\d+((-\d+)?(,\^?\d+(-\d+)?)?)*$/

const known: readonly (readonly [name: RegExp, value: Value])[] = [
  [/^accel:device_profile$/, text()],
  [/^aggregate_instance_extra_specs:.+$/, text()],
  [/^capabilities(:\w+)+$/, text()],
  [/^group_policy$/, oneOf('isolate', 'none')],
  [/^hide_hypervisor_id$/, bool],
  [/^hw:(boot_menu|cpu_realtime|hide_hypervisor_id|locked_memory|mem_encryption)$/, bool],
  [/^hw:(vif_multiqueue_enabled|virtio_packed_ring)$/, bool],
  [/^hw:cpu_(max_)?(sockets|cores|threads)$/, int(1)],
  [/^hw:cpu_(realtime|dedicated)_mask$/, text(cpuSet)],
  [/^hw:cpu_policy$/, oneOf('dedicated', 'shared', 'mixed')],
  [/^hw:cpu_thread_policy$/, oneOf('prefer', 'isolate', 'require')],
  [/^hw:emulator_threads_policy$/, oneOf('isolate', 'share')],
  [/^hw:maxphysaddr_bits$/, int(0)],
  [/^hw:maxphysaddr_mode$/, oneOf('passthrough', 'emulate')],
  [/^hw:mem_encryption_model$/, oneOf('amd-sev', 'amd-sev-es')],
  [/^hw:mem_page_size$/, text(/^(large|small|any|\d+([kKMGT]i?)?(b|bit|B)?)$/)],
  [/^hw:numa_cpus\.\d+$/, text(cpuSet)],
  [/^hw:numa_mem\.\d+$/, int(1)],
  [/^hw:numa_nodes$/, int(1)],
  [/^hw:pci_numa_affinity_policy$/, oneOf('required', 'preferred', 'legacy', 'socket')],
  [/^hw:pmem$/, text()],
  [/^hw:redirected_usb_ports$/, int(0)],
  [/^hw:serial_port_count$/, int(0)],
  [/^hw:(sound|usb|input|pointer)_model$/, text()],
  [/^hw:tpm_model$/, oneOf('tpm-tis', 'tpm-crb')],
  [/^hw:tpm_secret_security$/, oneOf('user', 'host', 'deployment')],
  [/^hw:tpm_version$/, oneOf('1.2', '2.0')],
  [/^hw:viommu_model$/, oneOf('intel', 'smmuv3', 'virtio', 'auto')],
  [/^hw:watchdog_action$/, oneOf('none', 'pause', 'poweroff', 'reset', 'disabled')],
  [/^hw_rng:allowed$/, bool],
  [/^hw_rng:rate_(bytes|period)$/, int(0)],
  [/^hw_video:ram_max_mb$/, int(1)],
  [/^os:secure_boot$/, oneOf('disabled', 'required')],
  [/^pci_passthrough:alias$/, text(/^[^:]+(:\d+)?(,[^:]+(:\d+)?)*$/)],
  [/^quota:cpu_(shares|period|quota)$/, int(0)],
  [/^quota:(cpu|memory|disk_io|vif)_(limit|reservation|shares_share)$/, int(0)],
  [/^quota:(cpu|memory|disk_io|vif)_shares_level$/, oneOf('custom', 'high', 'normal', 'low')],
  [/^quota:disk_(read|write|total)_(bytes|iops)_sec(_max)?$/, int(0)],
  [/^quota:vif_(inbound|outbound)_(average|peak|burst)$/, int(0)],
  [/^resources[a-zA-Z0-9_-]{0,64}:[A-Z0-9_]+$/, int(0)],
  [/^trait[a-zA-Z0-9_-]{0,64}:[A-Z0-9_]+$/, oneOf('required', 'forbidden')],
]

const namespaces =
  /^(accel|aggregate_instance_extra_specs|capabilities|hw|hw_rng|hw_video|os|pci_passthrough|quota|(resources|trait)[a-zA-Z0-9_-]{0,64})$/

/** @throws `invalid` for a name that means nothing where names mean something, and for a value that makes no sense. */
export function judgeExtraSpecs(specs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(specs)) {
    const rule = known.find(([like]) => like.test(name))
    if (rule !== undefined) judge(rule[1], value)
    else if (name.includes(':') && namespaces.test(name.split(':')[0] ?? '')) {
      throw refusal(`extra spec '${name}' does not appear to be a valid extra spec.`)
    }
  }
}

const booleans = /^(1|t|true|on|y|yes|0|f|false|off|n|no)$/i

function judge(rule: Value, value: string): void {
  switch (rule.kind) {
    case 'bool':
      if (!booleans.test(value.trim())) throw refusal(`'${value}' is not a valid boolean value.`)
      return
    case 'int':
      if (!/^\s*[-+]?\d+\s*$/.test(value)) throw refusal(`'${value}' is not a valid integer value.`)
      if (Number(value) < rule.min) {
        throw refusal(`'${value}' is less than the minimum value of '${rule.min}'.`)
      }
      return
    case 'enum':
      if (!rule.of.includes(value)) {
        throw refusal(`'${value}' is not one of: ${rule.of.join(', ')}.`)
      }
      return
    case 'text':
      if (rule.like !== null && !rule.like.test(value)) {
        throw refusal(`'${value}' is not of the format '${rule.like.source.slice(1, -1)}'.`)
      }
  }
}

function refusal(why: string): Error {
  return problem('invalid', `Validation failed; ${why}`)
}
