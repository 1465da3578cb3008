import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  type BenchResult,
  type Comparison,
  type ComparisonResult,
  compare,
  comparisons,
  environment,
  fullSizes,
  quickSizes,
  type Sizes,
  schema,
  seeded,
  tableOf,
} from '../bench/index.ts'
import { RunError, UsageError } from './usage-error.ts'
import { version } from './version.ts'

const usage = `usage: epollet bench [options]      what epoll costs from Node, beside C and Python
       epollet bench list

  --quick         a part of it, in less than a minute (the default)
  --full          all of it, with more processes and longer blocks
  --only NAMES    these comparisons, or these groups of them, separated by commas
  --seed N        decides all orders and draws (1)
  --json FILE     the result with all samples
  --help          this text
`
const options = {
  quick: { type: 'boolean', default: false },
  full: { type: 'boolean', default: false },
  only: { type: 'string' },
  seed: { type: 'string', default: '1' },
  json: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

interface Settings {
  readonly mode: BenchResult['mode']
  readonly chosen: readonly Comparison[]
  readonly sizes: Sizes
  readonly seed: number
  readonly json: string | undefined
}

/** `epollet bench`: Ctrl-C ends it with what it has. */
export async function bench(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
  if (values.help) {
    process.stdout.write(usage)
    return
  }
  const [command, ...more] = positionals
  if (command === 'list' && more.length === 0) return list()
  if (command !== undefined) throw new UsageError(`unknown argument '${positionals.join(' ')}'`)
  const settings = settingsOf(values)
  const file = settings.json === undefined ? null : new ResultFile(settings.json)
  const result = await run(settings)
  process.stdout.write(tableOf(result))
  file?.write(result)
  if (!result.complete) process.exitCode = 130
}

function list(): void {
  for (const { id, title, quick } of comparisons)
    process.stdout.write(`${id.padEnd(16)} ${title}${quick ? '' : ' (--full)'}\n`)
}

function settingsOf(values: {
  quick: boolean
  full: boolean
  only?: string
  seed: string
  json?: string
}): Settings {
  if (values.quick && values.full) throw new UsageError('--quick or --full, not both')
  if (!/^\d{1,10}$/.test(values.seed))
    throw new UsageError(`--seed must be a number from 0 up, got '${values.seed}'`)
  const chosen =
    values.only === undefined
      ? comparisons.filter(({ quick }) => quick || values.full)
      : values.only.split(',').flatMap(named)
  return {
    mode: values.only === undefined ? (values.full ? 'full' : 'quick') : 'only',
    chosen,
    sizes: values.full ? fullSizes : quickSizes,
    seed: Number(values.seed),
    json: values.json,
  }
}

function named(name: string): Comparison[] {
  const found = comparisons.filter(({ id }) => id === name || id.startsWith(`${name}/`))
  if (found.length > 0) return found
  throw new UsageError(`no comparison is called '${name}': epollet bench list has them all`)
}

async function run({ mode, chosen, sizes, seed }: Settings): Promise<BenchResult> {
  const machine = environment(version)
  const present = new Set(machine.python === null ? [] : ['python3'])
  const interrupted = new AbortController()
  const onSignal = (): void => interrupted.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  const random = seeded(seed)
  const results: ComparisonResult[] = []
  const progress = new Progress(chosen.length * sizes.processes)
  checkDescriptors(chosen, machine.openFilesMax)
  try {
    for (const one of chosen) {
      const onProcess = (): void => progress.step(one.id)
      results.push(await compare(one, present, sizes, random, interrupted.signal, onProcess))
    }
  } catch (error) {
    if (!interrupted.signal.aborted) throw new RunError((error as Error).message)
  } finally {
    progress.end()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, onSignal)
  }
  const date = new Date().toISOString()
  const complete = results.length === chosen.length
  return { schema, date, mode, seed, environment: machine, comparisons: results, complete }
}

/** Besides those that are measured a process has some of Node's. */
const ownDescriptors = 64

function checkDescriptors(chosen: readonly Comparison[], openFilesMax: number | null): void {
  const most = chosen.reduce((a, b) => (a.descriptors > b.descriptors ? a : b))
  if (openFilesMax === null || most.descriptors + ownDescriptors <= openFilesMax) return
  throw new RunError(
    `${most.id} needs ${most.descriptors + ownDescriptors} descriptors, and this process may have ${openFilesMax}: ulimit -n ${most.descriptors + ownDescriptors}, or leave it out with --only`,
  )
}

/** Written whole or not at all; that it can be written is known before anything is measured. */
class ResultFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
    try {
      closeSync(openSync(`${path}.part`, 'w'))
      rmSync(`${path}.part`)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new RunError(`'${path}' cannot be written (${code}): name another file`)
    }
  }

  write(result: BenchResult): void {
    writeFileSync(`${this.#path}.part`, `${JSON.stringify(result)}\n`)
    renameSync(`${this.#path}.part`, this.#path)
  }
}

/** How far it is and how long it still takes: one line that is written over, or without a terminal a line for each comparison. */
class Progress {
  readonly #steps: number
  readonly #startMs = Date.now()
  #done = 0
  #id = ''

  constructor(steps: number) {
    this.#steps = steps
  }

  step(id: string): void {
    this.#done++
    const leftMs = ((Date.now() - this.#startMs) / this.#done) * (this.#steps - this.#done)
    const left = `${Math.ceil(leftMs / 1000)} s left`
    const text = `${Math.round((100 * this.#done) / this.#steps)} % ${id}, ${left}`
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
    else if (id !== this.#id) process.stderr.write(`${text}\n`)
    this.#id = id
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  }
}
