/**
 * Loops by name: each looks at the world every so often and puts right what time or silence has put wrong.
 *
 * A loop that fails is loud and simply runs again. Runs of one loop never overlap. Several processes may run the same loops:
 * what they begin are operations, of which the database lets one own a server.
 */
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { assert } from '../lib/problem.ts'

export type Reconciler = {
  readonly name: string
  readonly everyMs: number
  readonly run: () => Promise<void>
}

export interface Loops {
  /** Runs a loop once, now, and waits for it. @throws what it throws. */
  runNow(name: string): Promise<void>
  /** Stops all of them, and waits for what is in the middle. */
  close(): Promise<void>
}

export type LoopsOptions = {
  readonly clock: Clock
  readonly log: Log
  readonly reconcilers: readonly Reconciler[]
  /** Whether they run on the clock, or only when they are told to. */
  readonly onTheClock: boolean
}

export function startLoops({ clock, log, reconcilers, onTheClock }: LoopsOptions): Loops {
  const timers = new Map<string, () => void>()
  const running = new Map<string, Promise<void>>()
  let open = true

  /** One run at a time: who comes during one waits for it and then runs again. */
  const run = async (reconciler: Reconciler): Promise<void> => {
    const { name } = reconciler
    const previous = running.get(name)
    const own = (async (): Promise<void> => {
      // What went wrong in the run before is told to whoever began it.
      await previous?.catch(() => {})
      if (open) await reconciler.run()
    })()
    running.set(name, own)
    try {
      await own
    } finally {
      if (running.get(name) === own) running.delete(name)
    }
  }

  const keep = (reconciler: Reconciler): void => {
    const { name, everyMs } = reconciler
    const cancel = clock.after(everyMs, () => {
      run(reconciler)
        .catch((thrown: unknown) => {
          log.warn('a reconciler failed and will run again', { name, cause: String(thrown) })
        })
        .finally(() => {
          if (open) keep(reconciler)
        })
    })
    timers.set(name, cancel)
  }

  if (onTheClock) for (const reconciler of reconcilers) keep(reconciler)
  return {
    runNow: async (name) => {
      const reconciler = reconcilers.find((each) => each.name === name)
      assert(reconciler !== undefined, 'there is no such reconciler', { name })
      await run(reconciler)
    },
    close: async () => {
      open = false
      for (const cancel of timers.values()) cancel()
      await Promise.allSettled(running.values())
    },
  }
}
