/** Waiting for a condition on a server, as a client would who looks again at every change. */
import type { ServerId } from '../../src/domain/ids.ts'
import type { Server } from '../../src/domain/server.ts'
import type { FakeCloud } from './fake-cloud.ts'

/** Resolves as soon as the server is as wanted. */
export async function until(
  cloud: FakeCloud,
  id: ServerId,
  isWanted: (server: Server) => boolean | Promise<boolean>,
): Promise<void> {
  let changed = Promise.withResolvers<void>()
  const tell = (): void => {
    changed.resolve()
    changed = Promise.withResolvers<void>()
  }
  const ends = (['server', 'migration', 'saga', 'step'] as const).map((topic) =>
    cloud.store.subscribe(topic, tell),
  )
  try {
    for (;;) {
      const next = changed.promise
      if (await isWanted(await cloud.server(id))) return
      await next
    }
  } finally {
    for (const end of ends) end()
  }
}

/** Resolves as soon as the server shows that this is being done with it. */
export async function untilTask(cloud: FakeCloud, id: ServerId, task: string): Promise<void> {
  await until(cloud, id, ({ taskState }) => taskState === task)
}
