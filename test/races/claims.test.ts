/**
 * Claims of Placement that race for what is left, from many clients, and through several processes where BERTH_TEST_POSTGRES_URL
 * names a PostgreSQL server.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { Reply } from '../crash/client.ts'
import { clouds, listOf, tallied, textOf } from './crowd.ts'
import type { Crowd } from './crowd.ts'

/** A fraction of it is enough, unless the machine is busy with other things. */
const bounded = { timeout: 240_000 }

for (const { name, open } of clouds()) {
  test(`${name}: claims that race for what is left`, bounded, async (t) => {
    const crowd = await open(t)

    await t.test(`${name}: no more is claimed than there is, and the rest is told so`, async () => {
      const provider = await makeProvider(crowd, { VCPU: 20 })
      const consumers = Array.from({ length: 60 }, () => randomUUID())
      const { replies, statuses } = await crowd.rush(
        consumers.map((id) => async () => await claim(crowd, id, provider, 1, null)),
      )
      assert.deepEqual(statuses, { 204: 20, 409: 40 })
      const codes = replies.filter(({ status }) => status === 409).map(codeOf)
      assert.deepEqual(tallied(codes), { 'placement.undefined_code': 40 })
      assert.equal(await used(crowd, provider), 20)
      assert.equal(await allocated(crowd, provider), 20)
    })

    await t.test(
      `${name}: what is given back while others claim is neither lost nor had twice`,
      async () => {
        const provider = await makeProvider(crowd, { VCPU: 10 })
        const first = Array.from({ length: 10 }, () => randomUUID())
        await crowd.rush(first.map((id) => async () => await claim(crowd, id, provider, 1, null)))
        const second = Array.from({ length: 30 }, () => randomUUID())
        await crowd.rush([
          ...second.slice(0, 15).map((id) => async () => await claim(crowd, id, provider, 1, null)),
          ...first.map(
            (id) => async () => await crowd.ask('DELETE', `/placement/allocations/${id}`),
          ),
          ...second.slice(15).map((id) => async () => await claim(crowd, id, provider, 1, null)),
        ])
        const held = await allocated(crowd, provider)
        assert.equal(await used(crowd, provider), held)
        assert.ok(held <= 10, `${held} of 10 are held`)
      },
    )

    await t.test(
      `${name}: of those who change one consumer at a time none is lost, and the late ones are told so`,
      async () => {
        const provider = await makeProvider(crowd, { VCPU: 100 })
        const consumer = randomUUID()
        const born = await crowd.rush(
          Array.from(
            { length: 12 },
            () => async () => await claim(crowd, consumer, provider, 1, null),
          ),
        )
        assert.deepEqual(born.statuses, { 204: 1, 409: 11 })
        let changes = 0
        const grow = async (): Promise<void> => {
          for (;;) {
            const now = await crowd.get(`/placement/allocations/${consumer}`)
            const amount = Number(now.allocations?.[provider]?.resources?.VCPU)
            const generation = Number(now.consumer_generation)
            const reply = await claim(crowd, consumer, provider, amount + 1, generation)
            if (reply.status === 204) {
              changes += 1
              return
            }
            assert.equal(reply.status, 409)
            assert.equal(codeOf(reply), 'placement.concurrent_update')
          }
        }
        await Promise.all(Array.from({ length: 15 }, grow))
        const last = await crowd.get(`/placement/allocations/${consumer}`)
        assert.equal(changes, 15)
        assert.equal(last.allocations?.[provider]?.resources?.VCPU, 16)
        assert.equal(last.consumer_generation, 16)
        assert.equal(await used(crowd, provider), 16)
      },
    )

    await t.test(
      `${name}: claims on several providers in any order do not wait for each other in a circle`,
      async () => {
        const providers = await Promise.all(
          Array.from({ length: 4 }, async () => await makeProvider(crowd, { VCPU: 12 })),
        )
        const { statuses } = await crowd.rush(
          Array.from({ length: 24 }, (_, i) => async () => {
            const turned = [...providers.slice(i % 4), ...providers.slice(0, i % 4)]
            const order = i % 2 === 0 ? turned : turned.toReversed()
            return await claimAll(crowd, randomUUID(), order, 1, null)
          }),
        )
        assert.deepEqual(statuses, { 204: 12, 409: 12 })
        for (const provider of providers) assert.equal(await used(crowd, provider), 12)
      },
    )

    await t.test(`${name}: capacity that goes while it is claimed is not claimed`, async () => {
      const provider = await makeProvider(crowd, { VCPU: 30 })
      const claims = Array.from(
        { length: 30 },
        () => async () => await claim(crowd, randomUUID(), provider, 1, null),
      )
      const shrinking = async (): Promise<Reply> => await shrink(crowd, provider, 10)
      const { replies } = await crowd.rush([...claims.slice(0, 10), shrinking, ...claims.slice(10)])
      const won = replies.filter(({ status }) => status === 204).length
      assert.equal(await used(crowd, provider), won)
      // Who came before it shrank keeps what they have; the others had ten at most to share.
      assert.ok(won >= 10, `${won} were let in`)
      const late = await claim(crowd, randomUUID(), provider, 1, null)
      assert.equal(late.status, 409)
    })
  })
}

type Stocks = Readonly<Record<string, number>>

async function makeProvider(crowd: Crowd, stocks: Stocks): Promise<string> {
  const uuid = randomUUID()
  const made = await crowd.ask('POST', '/placement/resource_providers', { name: uuid, uuid })
  assert.equal(made.status, 200)
  const reply = await stock(crowd, uuid, stocks, 0)
  assert.equal(reply.status, 200)
  return uuid
}

async function stock(
  crowd: Crowd,
  provider: string,
  stocks: Stocks,
  generation: number,
): Promise<Reply> {
  const inventories = Object.fromEntries(
    Object.entries(stocks).map(([name, total]) => [name, { total }]),
  )
  const body = { resource_provider_generation: generation, inventories }
  return await crowd.ask('PUT', `/placement/resource_providers/${provider}/inventories`, body)
}

/** Lowers what there is, however often somebody else is faster. */
async function shrink(crowd: Crowd, provider: string, total: number): Promise<Reply> {
  for (;;) {
    const { generation } = await crowd.get(`/placement/resource_providers/${provider}`)
    const reply = await stock(crowd, provider, { VCPU: total }, Number(generation))
    if (reply.status !== 409) return reply
    assert.equal(codeOf(reply), 'placement.concurrent_update')
  }
}

async function claim(
  crowd: Crowd,
  consumer: string,
  provider: string,
  amount: number,
  generation: number | null,
): Promise<Reply> {
  return await claimAll(crowd, consumer, [provider], amount, generation)
}

async function claimAll(
  crowd: Crowd,
  consumer: string,
  providers: readonly string[],
  amount: number,
  generation: number | null,
): Promise<Reply> {
  const each = { resources: { VCPU: amount } }
  return await crowd.ask('PUT', `/placement/allocations/${consumer}`, {
    allocations: Object.fromEntries(providers.map((provider) => [provider, each])),
    project_id: crowd.projectId,
    user_id: crowd.projectId,
    consumer_generation: generation,
  })
}

async function used(crowd: Crowd, provider: string): Promise<number> {
  const { usages } = await crowd.get(`/placement/resource_providers/${provider}/usages`)
  return Number(usages?.VCPU)
}

/** What all who hold something of it hold, added up here. */
async function allocated(crowd: Crowd, provider: string): Promise<number> {
  const { allocations } = await crowd.get(`/placement/resource_providers/${provider}/allocations`)
  return Object.values(allocations ?? {}).reduce(
    (sum, { resources }) => sum + Number(resources?.VCPU),
    0,
  )
}

function codeOf({ body }: Reply): string {
  return textOf(listOf(body.errors)[0]?.code)
}
