/**
 * The command `berth`: a client of a running cloud like any other, with nothing but its public API.
 *
 * Exit codes mean the same everywhere. 0: it was done, and all is well. 1: it was done, and what was found is not well.
 * 2: it could not be done.
 */
import { Command, CommanderError } from 'commander'
import type { Clock } from '../lib/clock.ts'
import { randomIds } from '../lib/ids.ts'
import { asProblem } from '../lib/problem.ts'
import { findAccess } from './access.ts'
import type { AccessOptions, Environment } from './access.ts'
import { connect } from './client.ts'
import type { Client } from './client.ts'
import { audit } from './commands/audit.ts'
import type { AuditOptions } from './commands/audit.ts'
import { drain } from './commands/drain.ts'
import type { DrainOptions } from './commands/drain.ts'
import { explain } from './commands/explain.ts'
import type { ExplainOptions } from './commands/explain.ts'
import { clearFaults, setFaults, showFaults } from './commands/faults.ts'
import { hosts } from './commands/hosts.ts'
import { operations } from './commands/operations.ts'
import type { CrashMatrixOptions } from './commands/crash-matrix.ts'
import { watch } from './commands/watch.ts'
import type { WatchOptions } from './commands/watch.ts'
import { demo } from './demo/demo.ts'
import { openTerminal } from './terminal.ts'
import type { Sink, Terminal } from './terminal.ts'

/** Everything outside that a command may touch. */
export type Surroundings = {
  readonly env: Environment
  readonly out: Sink
  readonly notes: Sink
  readonly isColourful: boolean
  readonly clock: Clock
  /** Aborts when the user wants no more. */
  readonly signal: AbortSignal
}

type Json = { readonly json?: boolean }

/** Runs one command. Answers its exit code, and says on `notes` what went wrong. */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  const terminal = openTerminal(around.out, around.notes, around.isColourful)
  let code = 0
  const program = programOn(around, terminal, async (work) => {
    code = await work
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2
    if (around.signal.aborted) {
      terminal.note('berth: interrupted')
      return 2
    }
    const { kind, message, cause } = asProblem(thrown)
    terminal.note(`berth: ${message}`)
    if (kind === 'bug' && cause instanceof Error) terminal.note(cause.stack ?? cause.message)
    return 2
  }
}

type Ends = (work: Promise<number>) => Promise<void>

function programOn(around: Surroundings, terminal: Terminal, ends: Ends): Command {
  const { clock, signal, env } = around
  const program = new Command('berth')
  const access = (): AccessOptions => program.opts<AccessOptions>()
  const client = async (): Promise<Client> => await connect(findAccess(access(), env), signal)
  program
    .description('Looks into a running Berth, and makes things go wrong in it on purpose.')
    .usage('[options] <command>')
    .option('--url <url>', 'the address of the cloud, such as http://127.0.0.1:8774 (BERTH_URL)')
    .option(
      '--data-dir <path>',
      'the data directory of a cloud started here (BERTH_DATA_DIR, .berth)',
    )
    .option('--cloud <name>', 'the cloud in its clouds.yaml (berth-admin)')
    .option('--token <token>', 'a token, instead of a password (OS_TOKEN)')
    .addHelpText('after', help)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => around.out.write(text),
      writeErr: (text) => around.notes.write(text),
      outputError: (text, write) => write(`berth: ${text.replace(/^error: /, '')}`),
    })

  command('demo', 'play the failure that Berth was born from, as a story')
    .addHelpText(
      'after',
      '\nWhere no cloud runs, one is started for the story and thrown away after it.\n',
    )
    .action(async () => {
      await ends(demo({ ...around, access: access() }, terminal))
    })
  command(
    'crash-matrix',
    'what becomes of an operation when the control plane dies; exit code 1 if harm',
  )
    .argument('[operation]', 'such as resize; without one, those that there are')
    .option('--fail <call>', 'let every such call to a host fail, such as finish_migration')
    .option('--policy <name>', 'what shall become of a move that fails late: leave or rollback')
    .option('--json', 'print it as JSON')
    .option('--markdown', 'print it as a page')
    .action(async (name: string | undefined, options: CrashMatrixOptions) => {
      // Loaded when it is asked for: it brings the whole control plane with it.
      const { crashMatrix } = await import('./commands/crash-matrix.ts')
      const progress = around.isColourful ? around.notes : null
      await ends(crashMatrix(terminal, progress, signal, name, options))
    })
  command('audit', 'look for contradictions; exit code 1 if there are any')
    .option('--plan', 'tell only what would be done about them')
    .option('--apply', 'heal what can be healed safely')
    .option('--only <id>', 'with --apply: this invariant or this id (repeatable)', several)
    .option('--heals', 'everything that was ever healed')
    .option('--undo <heal>', 'take a heal back, or call off one that waits')
    .option('--public', 'audit any OpenStack cloud, by its public APIs (with --cloud)')
    .option('--journal <file>', 'where heals of such a cloud are kept', 'berth-audit.jsonl')
    .option('--json', 'print it as JSON')
    .action(async (options: AuditOptions & { readonly public?: boolean; journal: string }) => {
      if (options.public !== true) {
        return await ends(audit(await client(), terminal, clock, options))
      }
      const { publicAudit } = await import('./commands/public-audit.ts')
      const { findCloud } = await import('./public/cloud-entry.ts')
      const { connectPublicly } = await import('./public/openstack.ts')
      const { cloud = 'berth-admin', dataDir = null } = access()
      const entry = findCloud(cloud, env, dataDir)
      await ends(publicAudit(await connectPublicly(entry, signal), terminal, randomIds, options))
    })
  command('operations', 'what is under way; exit code 1 if something is stuck')
    .option('--server <id>', 'everything that was ever done with this server, step by step')
    .option('--json', 'print it as JSON')
    .action(async (options: Json & { readonly server?: string }) => {
      await ends(operations(await client(), terminal, clock, options))
    })
  command('watch', 'follow what happens, live')
    .option('--server <id>', 'only what happens to this server')
    .option('--after <id>', 'begin after this event instead of now; 0.0 is the oldest that is kept')
    .option('--json', 'print one JSON document per line')
    .action(async (options: WatchOptions) => {
      await ends(watch(await client(), terminal, { clock, signal }, options))
    })
  command('hosts', 'what each host holds, as believed; with a name, what is really on it')
    .argument('[host]', 'list the guests that are really on this host')
    .option('--json', 'print it as JSON')
    .action(async (host: string | undefined, options: Json) => {
      await ends(hosts(await client(), terminal, host, options))
    })
  command('drain', 'empty a host for work on it; exit code 1 if servers cannot leave')
    .argument('<host>', 'the host, which is disabled and then emptied')
    .option('--reason <text>', 'why, shown with the disabled host')
    .option('--watch', 'follow it until the host is empty or nothing more can leave')
    .option('--show', 'begin nothing: tell how far it has come')
    .option('--cancel', 'take the host into use again; what is on its way goes on')
    .option('--json', 'print it as JSON')
    .action(async (host: string, options: DrainOptions) => {
      await ends(drain(await client(), terminal, { clock, signal }, host, options))
    })
  explainCommand().action(async (options: ExplainOptions) => {
    await ends(explain(await client(), terminal, options))
  })

  const faults = command('faults', 'what shall go wrong on simulated hosts')
    .helpCommand(false)
    .addHelpText('after', faultsHelp)
  faults
    .command('show', { isDefault: true })
    .description('the plan in force, and how often each fault struck')
    .option('--json', 'print it as JSON')
    .action(async (options: Json) => await ends(showFaults(await client(), terminal, options)))
  faults
    .command('set <file>')
    .description('put the plan of a file in force; - reads standard input')
    .option('--json', 'print what is now in force as JSON')
    .action(async (file: string, options: Json) => {
      await ends(setFaults(await client(), terminal, file, options))
    })
  faults
    .command('clear')
    .description('let nothing go wrong any more')
    .action(async () => await ends(clearFaults(await client(), terminal)))
  return program

  function command(name: string, description: string): Command {
    return program.command(name).description(description)
  }

  function explainCommand(): Command {
    return command('explain', 'where a server would go, or why it fits nowhere; exit code 1 if so')
      .option('--flavor <id>', 'as much as this flavor needs')
      .option('--vcpus <n>', 'processors')
      .option('--memory-mb <n>', 'memory')
      .option('--disk-gb <n>', 'disk')
      .option('--resource <CLASS:n>', 'any other resource class (repeatable)', several)
      .option('--trait <name>', 'a trait that the host must have (repeatable)', several)
      .option('--forbidden-trait <name>', 'a trait that it must not have (repeatable)', several)
      .option('--zone <name>', 'only in this availability zone')
      .option('--host <name>', 'only on this host')
      .option('--verbose', 'tell the reasons host by host')
      .option('--json', 'print it as JSON')
  }
}

/** Collects an option that may be given several times. */
function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

const help = `
Where the cloud is: --url says it, or BERTH_URL, or the clouds.yaml in its data
directory; OS_AUTH_URL, OS_USERNAME, OS_PASSWORD and so on count as they do for
the openstack client.

Exit codes: 0 all is well; 1 what was found is not well; 2 it could not be done.

Examples:
  berth demo
  berth explain --vcpus 8 --memory-mb 32768
  berth faults set plan.json
  berth watch --server 6c1e4a0e-2f0a-4c55-9c6e-0d0f8f1f3c11
  berth audit --json
`

const faultsHelp = `
A plan is a list of faults. Each says on which call of the hypervisor it strikes,
perhaps on which host and how often, and what happens:

  {"faults": [
    {"on": "finish_migration", "host": "host2", "times": 1,
     "raise": "VirtualInterfaceCreateException"},
    {"on": "spawn", "probability": 0.1, "seed": 7, "delay": 500},
    {"on": "*", "host": "host3", "crash-agent": true, "returns-after": 2000}
  ]}

What can happen: raise, hang, delay, lose-reply, crash-agent. More in docs/cli.md.
`
