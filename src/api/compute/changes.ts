/** Every change, oldest first. */
import type { Change } from './change.ts'
import v2_1 from './changes/2.1-strict-input.ts'
import v2_2 from './changes/2.2-keypair-types.ts'
import v2_3 from './changes/2.3-more-attributes.ts'
import v2_4 from './changes/2.4-reserved-addresses.ts'
import v2_5 from './changes/2.5-ip6-filter.ts'
import v2_6 from './changes/2.6-remote-consoles.ts'
import v2_7 from './changes/2.7-public-access.ts'
import v2_8 from './changes/2.8-mks-console.ts'
import v2_9 from './changes/2.9-locked.ts'
import v2_10 from './changes/2.10-keypairs-of-others.ts'
import v2_11 from './changes/2.11-forced-down.ts'
import v2_12 from './changes/2.12-interface-networks.ts'
import v2_13 from './changes/2.13-group-owner.ts'
import v2_14 from './changes/2.14-evacuate-storage.ts'
import v2_15 from './changes/2.15-soft-policies.ts'
import v2_16 from './changes/2.16-host-status.ts'
import v2_17 from './changes/2.17-crash-dump.ts'
import v2_18 from './changes/2.18-optional-project.ts'
import v2_19 from './changes/2.19-description.ts'
import v2_20 from './changes/2.20-volumes-of-shelved.ts'
import v2_21 from './changes/2.21-actions-of-deleted.ts'
import v2_22 from './changes/2.22-force-complete.ts'
import v2_23 from './changes/2.23-migrations-of-server.ts'
import v2_24 from './changes/2.24-abort-migration.ts'
import v2_25 from './changes/2.25-block-migration-auto.ts'
import v2_26 from './changes/2.26-server-tags.ts'
import v2_27 from './changes/2.27-version-header.ts'
import v2_28 from './changes/2.28-cpu-info.ts'
import v2_29 from './changes/2.29-forced-evacuation.ts'
import v2_30 from './changes/2.30-forced-live-migration.ts'
import v2_31 from './changes/2.31-console-tokens.ts'
import v2_32 from './changes/2.32-device-tags.ts'
import v2_33 from './changes/2.33-paged-hypervisors.ts'
import v2_34 from './changes/2.34-later-checks.ts'
import v2_35 from './changes/2.35-paged-keypairs.ts'
import v2_36 from './changes/2.36-no-proxies.ts'
import v2_37 from './changes/2.37-networks-said.ts'
import v2_38 from './changes/2.38-known-status.ts'
import v2_39 from './changes/2.39-no-image-metadata.ts'
import v2_40 from './changes/2.40-paged-usage.ts'
import v2_41 from './changes/2.41-aggregate-uuid.ts'
import v2_42 from './changes/2.42-tagged-devices.ts'
import v2_43 from './changes/2.43-no-hosts.ts'
import v2_44 from './changes/2.44-no-address-actions.ts'
import v2_45 from './changes/2.45-image-in-body.ts'
import v2_46 from './changes/2.46-request-id.ts'
import v2_47 from './changes/2.47-embedded-flavor.ts'
import v2_48 from './changes/2.48-plain-diagnostics.ts'
import v2_49 from './changes/2.49-tagged-attachments.ts'
import v2_50 from './changes/2.50-quota-classes.ts'
import v2_51 from './changes/2.51-events-for-all.ts'
import v2_52 from './changes/2.52-tags-at-birth.ts'
import v2_53 from './changes/2.53-uuids.ts'
import v2_54 from './changes/2.54-rebuild-key.ts'
import v2_55 from './changes/2.55-flavor-description.ts'
import v2_56 from './changes/2.56-migrate-to-host.ts'
import v2_57 from './changes/2.57-no-personality.ts'
import v2_58 from './changes/2.58-paged-actions.ts'
import v2_59 from './changes/2.59-paged-migrations.ts'
import v2_60 from './changes/2.60-multiattach.ts'
import v2_61 from './changes/2.61-flavor-specs.ts'
import v2_62 from './changes/2.62-event-hosts.ts'
import v2_63 from './changes/2.63-trusted-certificates.ts'
import v2_64 from './changes/2.64-group-rules.ts'
import v2_65 from './changes/2.65-abort-waiting.ts'
import v2_66 from './changes/2.66-changes-before.ts'
import v2_67 from './changes/2.67-volume-type.ts'
import v2_68 from './changes/2.68-no-force.ts'
import v2_69 from './changes/2.69-down-cells.ts'
import v2_70 from './changes/2.70-attachment-tags.ts'
import v2_71 from './changes/2.71-server-groups-of-server.ts'
import v2_72 from './changes/2.72-resourceful-ports.ts'
import v2_73 from './changes/2.73-locked-reason.ts'
import v2_74 from './changes/2.74-chosen-host.ts'
import v2_75 from './changes/2.75-one-view.ts'
import v2_76 from './changes/2.76-power-events.ts'
import v2_77 from './changes/2.77-unshelve-to-zone.ts'
import v2_78 from './changes/2.78-topology.ts'
import v2_79 from './changes/2.79-delete-on-termination.ts'
import v2_80 from './changes/2.80-migration-owner.ts'
import v2_81 from './changes/2.81-image-cache.ts'
import v2_82 from './changes/2.82-accelerator-events.ts'
import v2_83 from './changes/2.83-more-filters.ts'
import v2_84 from './changes/2.84-event-details.ts'
import v2_85 from './changes/2.85-attachment-update.ts'
import v2_86 from './changes/2.86-judged-specs.ts'
import v2_87 from './changes/2.87-volume-rescue.ts'
import v2_88 from './changes/2.88-hypervisor-diet.ts'
import v2_89 from './changes/2.89-attachment-ids.ts'
import v2_90 from './changes/2.90-hostname.ts'
import v2_91 from './changes/2.91-unshelve-to-host.ts'
import v2_92 from './changes/2.92-brought-keys.ts'
import v2_93 from './changes/2.93-volume-rebuild.ts'
import v2_94 from './changes/2.94-full-hostname.ts'
import v2_95 from './changes/2.95-evacuated-stopped.ts'
import v2_96 from './changes/2.96-pinned-zone.ts'
import v2_97 from './changes/2.97-shares.ts'
import v2_98 from './changes/2.98-image-properties.ts'
import v2_99 from './changes/2.99-spice-direct.ts'
import v2_100 from './changes/2.100-scheduler-hints.ts'
import v2_101 from './changes/2.101-attaching-is-accepted.ts'
import v2_102 from './changes/2.102-strict-queries.ts'
import v2_103 from './changes/2.103-no-volumes-boot.ts'
import v2_104 from './changes/2.104-repinned-zone.ts'

export const changes: readonly Change[] = [
  v2_1,
  v2_2,
  v2_3,
  v2_4,
  v2_5,
  v2_6,
  v2_7,
  v2_8,
  v2_9,
  v2_10,
  v2_11,
  v2_12,
  v2_13,
  v2_14,
  v2_15,
  v2_16,
  v2_17,
  v2_18,
  v2_19,
  v2_20,
  v2_21,
  v2_22,
  v2_23,
  v2_24,
  v2_25,
  v2_26,
  v2_27,
  v2_28,
  v2_29,
  v2_30,
  v2_31,
  v2_32,
  v2_33,
  v2_34,
  v2_35,
  v2_36,
  v2_37,
  v2_38,
  v2_39,
  v2_40,
  v2_41,
  v2_42,
  v2_43,
  v2_44,
  v2_45,
  v2_46,
  v2_47,
  v2_48,
  v2_49,
  v2_50,
  v2_51,
  v2_52,
  v2_53,
  v2_54,
  v2_55,
  v2_56,
  v2_57,
  v2_58,
  v2_59,
  v2_60,
  v2_61,
  v2_62,
  v2_63,
  v2_64,
  v2_65,
  v2_66,
  v2_67,
  v2_68,
  v2_69,
  v2_70,
  v2_71,
  v2_72,
  v2_73,
  v2_74,
  v2_75,
  v2_76,
  v2_77,
  v2_78,
  v2_79,
  v2_80,
  v2_81,
  v2_82,
  v2_83,
  v2_84,
  v2_85,
  v2_86,
  v2_87,
  v2_88,
  v2_89,
  v2_90,
  v2_91,
  v2_92,
  v2_93,
  v2_94,
  v2_95,
  v2_96,
  v2_97,
  v2_98,
  v2_99,
  v2_100,
  v2_101,
  v2_102,
  v2_103,
  v2_104,
]
