/** Every command of the osc-placement plug-in against a cloud that `npm start` started, in the newest version. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { derivedUuid } from '../../src/lib/ids.ts'
import { openstackOf, startCloud } from '../support/real-cloud.ts'

const version = ['--os-placement-api-version', '1.39']
const id = (word: string): string => derivedUuid('osc-placement', word)

test('osc-placement does everything that it can do', async (t) => {
  const cloud = await startCloud(t, { args: ['--hosts', '1'] })
  const admin = openstackOf(cloud, 'admin')

  /** What a command prints, as the client's JSON has it. */
  const show = async <T>(...command: readonly string[]): Promise<T> => {
    const said = await admin(...version, ...command, '-f', 'json')
    assert.equal(said.code, 0, `${command.join(' ')}: ${said.err}`)
    // The client's own form; each test knows what it asked for.
    return JSON.parse(said.out) as T
  }
  const run = async (...command: readonly string[]): Promise<void> => {
    const said = await admin(...version, ...command)
    assert.equal(said.code, 0, `${command.join(' ')}: ${said.err}`)
  }
  const refused = async (...command: readonly string[]): Promise<string> => {
    const said = await admin(...version, ...command)
    assert.notEqual(said.code, 0, command.join(' '))
    assert.doesNotMatch(said.err, /HTTP 5\d\d|Traceback/, command.join(' '))
    return said.err
  }
  const uuids = async (...filter: readonly string[]): Promise<readonly string[]> =>
    (await show<{ uuid: string }[]>('resource', 'provider', 'list', ...filter)).map(
      ({ uuid }) => uuid,
    )
  const provider = (...command: readonly string[]) => ['resource', 'provider', ...command]
  const [top, child, aggregate, consumer, project, user] = [
    'top',
    'child',
    'aggregate',
    'consumer',
    'project',
    'user',
  ].map(id) as [string, string, string, string, string, string]

  await t.test('resource class create, set, list, show, delete', async () => {
    await run('resource', 'class', 'create', 'CUSTOM_CARD')
    await run('resource', 'class', 'set', 'CUSTOM_BOARD')
    const classes = await show<{ name: string }[]>('resource', 'class', 'list')
    const names = classes.map(({ name }) => name)
    assert.ok(['VCPU', 'CUSTOM_CARD', 'CUSTOM_BOARD'].every((name) => names.includes(name)))
    assert.deepEqual(await show('resource', 'class', 'show', 'CUSTOM_CARD'), {
      name: 'CUSTOM_CARD',
    })
    await run('resource', 'class', 'delete', 'CUSTOM_BOARD')
    assert.match(await refused('resource', 'class', 'show', 'CUSTOM_BOARD'), /404/)
  })

  await t.test('trait create, list, show, delete', async () => {
    await run('trait', 'create', 'CUSTOM_FAST')
    await run('trait', 'create', 'CUSTOM_SLOW')
    const custom = await show('trait', 'list', '--name', 'startswith:CUSTOM_')
    assert.deepEqual(custom, [{ name: 'CUSTOM_FAST' }, { name: 'CUSTOM_SLOW' }])
    assert.deepEqual(await show('trait', 'show', 'CUSTOM_FAST'), { name: 'CUSTOM_FAST' })
    await run('trait', 'delete', 'CUSTOM_SLOW')
    assert.match(await refused('trait', 'show', 'CUSTOM_SLOW'), /404/)
  })

  await t.test('resource provider create, set, show, list', async () => {
    await run(...provider('create', 'top', '--uuid', top))
    await run(...provider('create', 'below', '--uuid', child, '--parent-provider', top))
    const set = provider('set', child, '--name', 'child', '--parent-provider', top)
    assert.equal((await show<{ name: string }>(...set)).name, 'child')
    const shown = await show<Record<string, unknown>>(...provider('show', child, '--allocations'))
    assert.equal(shown['parent_provider_uuid'], top)
    assert.equal(shown['root_provider_uuid'], top)
    assert.deepEqual((await uuids('--in-tree', child)).toSorted(), [top, child].toSorted())
    assert.deepEqual(await uuids('--name', 'child'), [child])
    assert.deepEqual(await uuids('--uuid', top), [top])
  })

  await t.test('resource provider inventory set, class set, list, show, delete', async () => {
    const set = provider('inventory', 'set', top)
    const cores = ['--resource', 'VCPU=8', '--resource', 'VCPU:max_unit=4']
    await run(...set, ...cores, '--resource', 'DISK_GB=100')
    await run(...set, '--amend', '--resource', 'MEMORY_MB=4096')
    await run(...set, '--amend', '--dry-run', '--resource', 'CUSTOM_CARD=1')
    await run(...provider('inventory', 'set', child, '--resource', 'CUSTOM_CARD=1'))
    await run(...provider('inventory', 'class', 'set', child, 'CUSTOM_CARD', '--total', '2'))
    const rows = await show<{ resource_class: string; max_unit: number }[]>(
      ...provider('inventory', 'list', top),
    )
    const classes = rows.map((row) => row.resource_class).toSorted()
    assert.deepEqual(classes, ['DISK_GB', 'MEMORY_MB', 'VCPU'])
    const vcpu = await show<Record<string, unknown>>(...provider('inventory', 'show', top, 'VCPU'))
    assert.deepEqual([vcpu['total'], vcpu['max_unit'], vcpu['used']], [8, 4, 0])
    await run(...provider('inventory', 'delete', top, '--resource-class', 'DISK_GB'))
    assert.deepEqual(await uuids('--in-tree', top, '--resource', 'VCPU=4'), [top])
  })

  await t.test('resource provider aggregate set and list', async () => {
    const { generation } = await show<{ generation: number }>(...provider('show', top))
    await run(
      ...provider(
        'aggregate',
        'set',
        top,
        '--aggregate',
        aggregate,
        '--generation',
        `${generation}`,
      ),
    )
    assert.deepEqual(await show(...provider('aggregate', 'list', top)), [{ uuid: aggregate }])
    assert.deepEqual(await uuids('--member-of', aggregate), [top])
    await run(...provider('inventory', 'set', aggregate, '--aggregate', '--amend', ...reserved))
  })

  await t.test('resource provider trait set, list, delete', async () => {
    await run(
      ...provider('trait', 'set', top, '--trait', 'CUSTOM_FAST', '--trait', 'HW_CPU_X86_AVX2'),
    )
    const carried = await show<{ name: string }[]>(...provider('trait', 'list', top))
    assert.deepEqual(carried.map(({ name }) => name).toSorted(), ['CUSTOM_FAST', 'HW_CPU_X86_AVX2'])
    assert.deepEqual(await uuids('--required', 'CUSTOM_FAST', '--forbidden', 'STORAGE_DISK_SSD'), [
      top,
    ])
  })

  await t.test('allocation candidate list', async () => {
    const list = ['allocation', 'candidate', 'list']
    const one = await show<object[]>(
      ...list,
      '--resource',
      'VCPU=4',
      '--required',
      'CUSTOM_FAST',
      '--limit',
      '1',
    )
    assert.equal(one.length, 1)
    const apart = [
      '--group',
      '1',
      '--resource',
      'VCPU=1',
      '--group',
      '2',
      '--resource',
      'CUSTOM_CARD=1',
    ]
    const grouped = await show<object[]>(...list, '--group-policy', 'isolate', ...apart)
    assert.equal(grouped.length, 2, 'a candidate has a row for each provider')
    assert.deepEqual(
      await show(...list, '--resource', 'VCPU=4', '--member-of', id('elsewhere')),
      [],
    )
  })

  await t.test('resource provider allocation set, show, unset, delete; usage', async () => {
    const owner = ['--project-id', project, '--user-id', user, '--consumer-type', 'VOLUME']
    const both = ['--allocation', `rp=${top},VCPU=2`, '--allocation', `rp=${top},MEMORY_MB=512`]
    const card = ['--allocation', `rp=${child},CUSTOM_CARD=1`]
    await run(...provider('allocation', 'set', consumer, ...both, ...card, ...owner))
    const shown = await show<{ resource_provider: string; consumer_type: string }[]>(
      ...provider('allocation', 'show', consumer),
    )
    assert.deepEqual(shown.map((row) => row.resource_provider).toSorted(), [top, child].toSorted())
    assert.equal(shown[0]?.consumer_type, 'VOLUME')
    const used = await show<{ resource_class: string; usage: number }[]>(
      ...provider('usage', 'show', top),
    )
    const sums = Object.fromEntries(used.map((row) => [row.resource_class, row.usage]))
    assert.deepEqual(sums, { MEMORY_MB: 512, VCPU: 2 })
    const all = await show<object[]>('resource', 'usage', 'show', project, '--user-id', user)
    assert.equal(JSON.stringify(all).includes('"CUSTOM_CARD"'), true)
    assert.match(await refused(...provider('delete', child)), /409|allocations/)

    await run(...provider('allocation', 'unset', consumer, '--resource-class', 'MEMORY_MB'))
    await run(...provider('allocation', 'unset', consumer, '--provider', child))
    const left = await show<{ resource_provider: string; resources: object }[]>(
      ...provider('allocation', 'show', consumer),
    )
    assert.deepEqual(
      left.map((row) => [row.resource_provider, row.resources]),
      [[top, { VCPU: 2 }]],
    )
    await run(...provider('allocation', 'delete', consumer))
    assert.deepEqual(await show(...provider('allocation', 'show', consumer)), [])
    assert.match(await refused(...provider('allocation', 'delete', consumer)), /404/)
  })

  await t.test('resource provider trait delete, inventory delete, delete', async () => {
    await run(...provider('trait', 'delete', top))
    assert.deepEqual(await show(...provider('trait', 'list', top)), [])
    await run(...provider('inventory', 'delete', top))
    await run(...provider('delete', child))
    await run(...provider('delete', top))
    assert.match(await refused(...provider('show', top)), /404/)
    await run('trait', 'delete', 'CUSTOM_FAST')
    await run('resource', 'class', 'delete', 'CUSTOM_CARD')
  })
})

/** For everything in an aggregate. */
const reserved = ['--resource', 'VCPU:reserved=1']
