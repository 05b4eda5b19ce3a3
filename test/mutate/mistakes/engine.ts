/** Mistakes in what all operations stand on: the engine, the agents, the records, and who is let in. */
import type { Mistake } from './mistake.ts'

const rows = 'src/store/sagas/rows.ts'
const statements = 'src/store/sagas/statements.ts'
const claims = 'src/placement/claims.test.ts'
const holdings = 'src/store/placement/holdings.ts'

export const engineMistakes: readonly Mistake[] = [
  // --- the engine
  {
    file: statements,
    find: `.where('id', '=', by.id)\n      .where('epoch', '=', by.epoch)`,
    replace: `.where('id', '=', by.id)`,
    also: {
      find: `.where('id', '=', id)\n    .where('epoch', '=', epoch)\n    .where('active', '=', one),\n)`,
      replace: `.where('id', '=', id)\n    .where('active', '=', one),\n)`,
    },
    why: 'an owner that was replaced goes on as if it were not',
  },
  {
    file: rows,
    find: `const epoch = await raiseEpoch(tx, row.subject)`,
    replace: `const epoch = row.epoch`,
    why: 'taking over does not fence the owner before',
  },
  {
    file: rows,
    find: `const epoch = await raiseEpoch(tx, saga.subject)\n  const row = await tx`,
    replace: `const epoch = saga.epoch\n  const row = await tx`,
    why: 'turning back does not fence the call under way',
  },
  {
    file: 'src/saga/engine.ts',
    find: `    await this.#takeOver(false)\n`,
    replace: ``,
    why: 'what a dead process left is found by nobody',
  },
  {
    file: 'src/saga/way-back.ts',
    find: `const begun = step !== undefined && (await ledger.begunAt(step, 'do')) !== null`,
    replace: `const begun = false`,
    why: 'an interrupted step that had begun is not undone',
  },
  {
    file: 'src/operations/follow-ups.ts',
    find: `if (server.deleteRequested) return await beginDelete(tx, server, run, now, start)`,
    replace: ``,
    why: 'a delete that came during an operation is forgotten',
  },
  {
    file: 'src/saga/drive.ts',
    find: `return this.#ledger.interrupt !== null && this.#mayStopAt(index)`,
    replace: `return index < 0 && this.#mayStopAt(index)`,
    also: {
      find: `if (this.#mayStopAt(this.#ledger.saga.next)) this.#waits.breakOff(interrupted(reason))`,
      replace: `if (reason === '') this.#waits.breakOff(interrupted(reason))`,
    },
    why: 'an operation does not give way to a delete',
  },
  {
    file: 'src/saga/drive.ts',
    find: `return await this.#wayBack.begin('rewind', index, failure)`,
    replace: `return await this.#wayBack.begin('rewind', index - 1, failure)`,
    why: 'before another host is tried, what the refused step did is not undone',
  },
  {
    file: 'src/app/servers/delete.ts',
    find: `const latched = { deleteRequested: true, taskState: 'deleting' } as const`,
    replace: `const latched = { taskState: 'deleting' } as const`,
    why: 'a delete sets no latch',
  },
  {
    file: 'src/reconcilers/power-states.ts',
    find: `if (server.host !== host || !(await isFree(tx, server))) return`,
    replace: `if (server.host !== host) return`,
    why: 'what guests do is written down while an operation owns their server',
  },

  // --- agents
  {
    file: 'src/agents/agent.ts',
    find: `    if (answer.ok) memory.remember(job, job.effect, answer.value)\n`,
    replace: ``,
    why: 'an agent forgets what it has done',
  },
  {
    file: 'src/agents/agent.ts',
    find: `execution(job, clock, previous?.ended, (signal)`,
    replace: `execution(job, clock, undefined, (signal)`,
    why: 'an agent begins a call while an earlier one is under way for the same guest',
  },
  {
    file: 'src/agents/agent.ts',
    find: `    if (!admission.isDone && !verbs[verb].looks) await admission.ensure()\n`,
    replace: ``,
    why: 'a host that was away acts before it knows what it has lost',
  },
  {
    file: 'src/operations/clean-host.ts',
    find: `{ ...c.call, subject: serverSubject(serverId), epoch }`,
    replace: `{ ...c.call, epoch: c.call.epoch + epoch * 0 }`,
    why: 'a call that comes late makes again what was cleaned',
  },
  {
    file: 'src/agents/memory.ts',
    find: `if (Number(row['epoch']) > epoch) throw tooLate(subject, epoch)`,
    replace: ``,
    also: { find: `\n     WHERE excluded.epoch >= fences.epoch`, replace: `` },
    why: 'an agent carries out the calls of owners that were replaced',
  },

  // --- records
  {
    file: holdings,
    find: `const refusal = firstRefusal(stocks, amounts)\n    if (refusal !== null) return refusal`,
    replace: `const refusal = firstRefusal(stocks, amounts)\n    if (refusal === undefined) return refusal`,
    why: 'a claim is written whether there is room or not',
  },
  {
    file: holdings,
    find: `  await changeSums(tx, held)\n`,
    replace: ``,
    why: 'what is given back stays counted',
  },
  {
    file: 'src/operations/charging.ts',
    find: `vcpus: Math.max(one.vcpus, other.vcpus),`,
    replace: `vcpus: other.vcpus,`,
    why: 'a project is charged for the new size only while either may come true',
  },
  {
    file: 'src/scheduler/filters.ts',
    find: `(host.cleaning ? { kind: 'cleaning' } : null)`,
    replace: `(host.cleaning && host.host === '' ? { kind: 'cleaning' } : null)`,
    why: 'a server may come to a host that is still being cleaned of it',
  },
  {
    file: 'src/store/placement/provider-generations.ts',
    find: `    .where('generation', '=', by.was)\n`,
    replace: ``,
    tests: { file: claims, needs: 'postgresql' },
    why: 'a claim is written though others have claimed since it was judged',
  },
  {
    file: 'src/placement/claims.ts',
    find: `if (generation === undefined || generation === actual) return`,
    replace: `if (actual === null || generation !== null) return`,
    tests: { file: claims, needs: null },
    why: 'whoever writes what a consumer holds need not know what it holds',
  },
]
