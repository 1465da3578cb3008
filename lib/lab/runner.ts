import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { integer, optionsOf } from '../sys/index.ts'
import { LabError } from './errors.ts'
import {
  moduleOpenFilesMax,
  openFilesMax,
  operationBytesMax,
  queuedRunsMax,
  runMsMax,
} from './limits.ts'
import type { Job, News } from './messages.ts'
import type { Part, Scenario } from './scenario.ts'
import { scriptOf } from './script.ts'
import type { Operation } from './syntax.ts'
import type { State, Step, Trace } from './trace.ts'
import { Turns } from './turns.ts'

/** How a run is followed. */
export interface RunOptions {
  /** Whether the state is read after each step, by a run of its own: false. */
  readonly states?: boolean
  readonly onStart?: (info: { kernel: string; pid: number }) => void
  readonly onStep?: (index: number, step: Step) => void
  readonly onState?: (index: number, state: State | null, note?: string) => void
  /** Ends the run, and the process that runs it. */
  readonly signal?: AbortSignal
}

const runNames = ['states', 'onStart', 'onStep', 'onState', 'signal'] as const
const scenarioNames = [...runNames, 'count'] as const
const program = fileURLToPath(new URL('../../dist/lab/child.js', import.meta.url))

const blockBytes = 512

function shellOf(filesMax: number): string {
  const blocks = operationBytesMax / blockBytes
  return `ulimit -n ${filesMax} 2>/dev/null; ulimit -f ${blocks} 2>/dev/null; exec "$0" "$@"`
}

/**
 * Runs programs on the kernel, in a process of their own that is kept for the next one, one after the other.
 *
 * @example
 * ```ts
 * import { parse, Runner } from 'epollet/lab'
 * import assert from 'node:assert/strict'
 *
 * const runner = new Runner()
 * const parsed = parse('pipe r w; ep E; add E r IN|ET; write w 5; wait E; wait E')
 * assert.ok('operations' in parsed)
 * const { steps } = await runner.run(parsed.operations)
 * assert.deepEqual(steps.slice(-2).map(({ outcome }) => outcome), ['r:IN', 'nothing'])
 * await runner.close()
 * ```
 */
export class Runner {
  readonly #runMsMax: number
  readonly #turns = new Turns(queuedRunsMax)
  #child: ChildProcess | null = null
  #closed = false

  /** @param options `runMsMax`: after so long a run is ended */
  constructor(options?: { runMsMax?: number }) {
    const { runMsMax: limitMs = runMsMax } = optionsOf(options, ['runMsMax'])
    this.#runMsMax = integer('options.runMsMax', limitMs, 1, 2 ** 31 - 1)
  }

  /** Whether one more run would be refused. */
  get full(): boolean {
    return this.#turns.full
  }

  /**
   * What the operations come to. Throws {@link LabError}: `ERR_LAB_BUSY` where too many runs wait, `ERR_LAB_TIMEOUT`
   * for one that did not end, `ERR_LAB_CRASHED` if its process did, `ERR_LAB_CLOSED` after `close()` or by the signal.
   */
  async run(operations: readonly Operation[], options?: RunOptions): Promise<Trace> {
    const given = optionsOf(options, runNames)
    const text = operations.map(operation => operation.text).join('\n')
    return await this.#inTurn({ text, states: given.states ?? false }, given)
  }

  /**
   * The same for an experiment, or for the first lines of one, whether the language can say it or a module does it.
   * A module's run has a process of its own; its states cannot be read.
   */
  async runScenario(
    scenario: Scenario,
    part: Part = 'transcript',
    options?: RunOptions & { readonly count?: number },
  ): Promise<Trace> {
    const given = optionsOf(options, scenarioNames)
    const { transcript } = part === 'mend' ? scenario.mend : scenario
    const lines = scriptOf(transcript).map(({ op }) => op)
    const text = lines.slice(0, given.count).join('\n')
    const { module } = scenario
    const job = { text, states: given.states ?? false }
    return await this.#inTurn(module === undefined ? job : { ...job, module }, given)
  }

  async #inTurn(job: Job, options: RunOptions): Promise<Trace> {
    if (this.#turns.full) throw new LabError('ERR_LAB_BUSY', 'too many runs wait: try again')
    const signal = options.signal ?? new AbortController().signal
    const isTurn = await this.#turns.take(signal)
    if (!isTurn) throw new LabError('ERR_LAB_CLOSED', 'the run was called off')
    try {
      if (this.#closed) throw new LabError('ERR_LAB_CLOSED', 'the lab is closed')
      return await this.#runJob(job, options, signal)
    } finally {
      this.#turns.done()
    }
  }

  /** Ends the process; runs that wait are refused. A second call does nothing. */
  async close(): Promise<void> {
    this.#closed = true
    this.#turns.clear()
    await this.#end()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #runJob(job: Job, options: RunOptions, signal: AbortSignal): Promise<Trace> {
    if (job.module !== undefined) await this.#end()
    const child = await this.#warm(job.module === undefined ? openFilesMax : moduleOpenFilesMax)
    try {
      const { trace, clean } = await this.#follow(child, job, options, signal)
      if (!clean) await this.#end()
      return trace
    } catch (error) {
      await this.#end()
      throw error
    }
  }

  async #warm(filesMax: number): Promise<ChildProcess> {
    const there = this.#child
    if (there !== null && there.exitCode === null && there.signalCode === null) return there
    if (!existsSync(program))
      throw new LabError('ERR_LAB_CRASHED', 'the lab is not built: npm run build')
    const child = spawn('/bin/sh', ['-c', shellOf(filesMax), process.execPath, program], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '' },
      // Its own processes end with it.
      detached: true,
    })
    this.#child = child
    child.once('exit', () => killGroup(child))
    try {
      await Promise.race([once(child, 'message'), once(child, 'exit')])
    } catch (error) {
      this.#child = null
      const reason = (error as Error).message
      throw new LabError('ERR_LAB_CRASHED', `the lab's process could not be started: ${reason}`)
    }
    return child
  }

  #follow(
    child: ChildProcess,
    job: Job,
    options: RunOptions,
    signal: AbortSignal,
  ): Promise<{ trace: Trace; clean: boolean }> {
    return new Promise((resolve, reject) => {
      const refuse = (error: unknown): void => {
        end()
        reject(error)
      }
      const onMessage = (news: News): void => {
        try {
          onNews(news)
        } catch (error) {
          // A callback's: the run is its caller's.
          refuse(error)
        }
      }
      const onNews = (news: News): void => {
        if (news.type === 'start') options.onStart?.(news)
        else if (news.type === 'step') options.onStep?.(news.index, news.step)
        else if (news.type === 'state') options.onState?.(news.index, news.state, news.note)
        else if (news.type === 'failed') refuse(new LabError(news.code, news.message))
        else if (news.type === 'end') {
          end()
          resolve(news)
        }
      }
      const onExit = (): void =>
        refuse(
          this.#closed
            ? new LabError('ERR_LAB_CLOSED', 'the lab is closed')
            : new LabError('ERR_LAB_CRASHED', 'the process that runs the operations has ended'),
        )
      const onAbort = (): void => refuse(new LabError('ERR_LAB_CLOSED', 'the run was called off'))
      const tooLong = `the run did not end within ${this.#runMsMax} ms: something blocks`
      const timer = setTimeout(
        () => refuse(new LabError('ERR_LAB_TIMEOUT', tooLong)),
        this.#runMsMax,
      )
      const end = (): void => {
        clearTimeout(timer)
        child.off('message', onMessage)
        child.off('exit', onExit)
        signal.removeEventListener('abort', onAbort)
      }
      child.on('message', onMessage)
      child.on('exit', onExit)
      signal.addEventListener('abort', onAbort)
      if (signal.aborted) onAbort()
      else child.send(job, error => error !== null && onExit())
    })
  }

  async #end(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    killGroup(child)
    await gone
  }
}

/** With the processes of a program, which may outlive the one that started them. */
function killGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGKILL')
  } catch {
    // Nobody is left of it.
  }
}
