/** Rows E: live migration, until the guest is on its way. */
import assert from 'node:assert/strict'
import type { HostName } from '../../src/domain/ids.ts'
import * as deeds from './deeds.ts'
import { moved } from './ends.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

const host1 = 'host1' as HostName // a host of every cloud here
const third = ['host1', 'host2', 'host3']
const check = 'check_can_live_migrate_destination'
const refused = 'MigrationPreCheckError'

const toThird = {
  ...moved,
  hosts: third,
  last: 'host3',
  end: 'ACTIVE on host3, 1 cores; move completed; running on host3',
  holds: { host3: 1 },
} as const
/** Nothing had been done yet. */
const stayed = {
  ...moved,
  end: 'ACTIVE on host1, 1 cores; move error; running on host1',
  holds: { host1: 1 },
  fault: /./,
  result: 'Error',
} as const
/** Everything was taken back. */
const takenBack = { ...stayed, end: stayed.end.replace('move error', 'move failed') } as const
const calledOff = {
  ...stayed,
  end: stayed.end.replace('move error', 'move cancelled'),
  fault: null,
  result: undefined,
} as const
const deleted = {
  ...moved,
  end: 'DELETED; move error; no body',
  holds: {},
  cores: 0,
  fault: undefined,
  result: undefined,
} as const

const cases: Readonly<Record<string, readonly Case[]>> = {
  E01: [
    {
      ...stayed,
      ask: async (cloud, server) => {
        cloud.hosts.setReachable(host1, false)
        await deeds.moveLive(cloud, server)
      },
      fault: /unavailable at this time/,
    },
  ],
  E02: [
    {
      ...stayed,
      ask: async (cloud, server) => {
        deeds.setPower(cloud, 'host1', server, 'shutdown')
        await deeds.moveLive(cloud, server)
      },
      end: 'ACTIVE on host1, 1 cores; move error; shutdown on host1',
      then: async (cloud, server) => {
        await cloud.cloud.loops.runNow('power states')
        await cloud.settled()
        assert.equal(await cloud.status(server), 'SHUTOFF')
      },
    },
  ],
  E03: [{ ...stayed, refuse: { step: 'sourceHeld', at: 'in-commit', kind: 'conflict', times: 2 } }],
  E04: [{ ...stayed, hosts: ['host1', { name: 'host2', memoryMb: 256 }], fault: /^No valid host/ }],
  E05: [
    { ...toThird, faults: [{ on: check, host: 'host2', raise: refused }] },
    {
      ...stayed,
      faults: [{ on: check, raise: refused }],
      then: async (cloud, server) => {
        assert.equal((await cloud.migrations(server))[0]?.destination, null)
      },
    },
  ],
  E06: [
    {
      ...stayed,
      faults: [{ on: 'check_can_live_migrate_source', raise: 'Whatever' }],
    },
  ],
  E07: [{ ...toThird, faults: [{ on: check, host: 'host2', hang: true }] }],
  E08: [
    {
      ...toThird,
      faults: [{ on: check, host: 'host2', raise: refused }],
      refuse: {
        step: 'destinationClaimed',
        at: 'in-commit',
        back: true,
        kind: 'unavailable',
        times: 3,
      },
    },
  ],
  E09: [
    {
      ...stayed,
      ask: deeds.moveLiveTo('host2'),
      refuse: { step: 'destinationClaimed', at: 'in-commit', kind: 'conflict', times: 2 },
    },
  ],
  // The binding is prepared by the step that claims: one of them alone is never written.
  E10: [
    {
      ...moved,
      refuse: { step: 'destinationClaimed', at: 'in-commit', kind: 'failed', times: 2 },
    },
    {
      ...stayed,
      refuse: { step: 'destinationClaimed', at: 'in-commit', kind: 'failed', times: 20 },
    },
  ],
  E11: [
    { ...moved, crash: { step: 'accepted', at: 'after-commit' } },
    { ...moved, crash: { step: 'destinationChecked', at: 'after-call' } },
  ],
  E12: [
    {
      ...deleted,
      meanwhile: { step: 'accepted', at: 'after-commit', act: deeds.remove },
    },
    { ...deleted, meanwhile: { step: 'sourceChecked', at: 'before-call', act: deeds.remove } },
  ],
  E13: [{ ...moved, crash: { step: 'turnCame', at: 'in-commit' } }],
  E15: [
    {
      ...calledOff,
      meanwhile: { step: 'destinationPrepared', at: 'after-call', act: deeds.callOff },
    },
  ],
  E16: [{ ...calledOff, meanwhile: { step: 'guestSent', at: 'before-call', act: deeds.callOff } }],
  E19: [
    {
      ...takenBack,
      faults: [
        { on: 'pre_live_migration', raise: 'VirtualInterfaceCreateException', when: 'after' },
      ],
      fault: /^Virtual Interface creation failed$/,
    },
  ],
  // The destination is cleaned when it is back.
  E23: [
    {
      ...takenBack,
      faults: [{ on: 'pre_live_migration', 'crash-agent': true, when: 'after' }],
    },
  ],
  E26: [
    {
      ...takenBack,
      faults: [{ on: 'pre_live_migration', raise: 'MigrationError' }],
      refuse: { step: 'sourceHeld', at: 'in-commit', back: true, kind: 'conflict', times: 4 },
      fault: /^Migration error/,
    },
  ],
  E27: [
    {
      ...takenBack,
      faults: [{ on: 'pre_live_migration', raise: 'MigrationError' }],
      refuse: {
        step: 'sourceHeld',
        at: 'before-commit',
        back: true,
        kind: 'unavailable',
        times: 4,
      },
    },
  ],
  E28: [
    {
      ...takenBack,
      faults: [
        { on: 'pre_live_migration', raise: 'MigrationError', when: 'after' },
        { on: 'rollback_live_migration_at_destination', raise: 'Whatever' },
      ],
    },
  ],
  E43: [
    {
      ...moved,
      meanwhile: {
        step: 'accepted',
        at: 'before-commit',
        act: async (cloud) => await deeds.report(cloud, 'host2'),
      },
    },
  ],
}

for (const [id, list] of Object.entries(cases)) {
  row(id, async (t) => {
    for (const given of list) await play(t, given)
  })
}
