import { release } from 'node:os'
import { integer, optionsOf } from '../../sys/index.ts'
import { LabError, type LabErrorCode } from '../errors.ts'
import { scriptOf } from '../language/script.ts'
import type { Operation } from '../language/syntax.ts'
import { moduleOpenFilesMax, openFilesMax, queuedRunsMax, runMsMax } from '../limits.ts'
import type { RunRecord } from '../record.ts'
import type { Part, Scenario } from '../scenario.ts'
import type { Job } from './messages.ts'
import { ProgramProcess } from './program-process.ts'
import { Recorder, type RunOptions } from './recorder.ts'
import { RunQueue } from './run-queue.ts'

const runNames = ['states', 'onStart', 'onStep', 'onState', 'signal'] as const
const scenarioNames = [...runNames, 'count'] as const

/** Runs programs one at a time, in a child process that is reused. */
export class Runner {
  readonly #runMsMax: number
  readonly #queue = new RunQueue(queuedRunsMax)
  #process: ProgramProcess | null = null
  #closed = false

  /** @param options `runMsMax`: the time limit of a run, in milliseconds */
  constructor(options?: { runMsMax?: number }) {
    const { runMsMax: limitMs = runMsMax } = optionsOf(options, ['runMsMax'])
    this.#runMsMax = integer('options.runMsMax', limitMs, 1, 2 ** 31 - 1)
  }

  /** Whether a further run would be refused. */
  get full(): boolean {
    return this.#queue.full
  }

  /**
   * Runs the operations. Throws {@link LabError}: `ERR_LAB_BUSY` if too many runs wait, `ERR_LAB_TIMEOUT` after
   * `runMsMax`, `ERR_LAB_CRASHED` if the child process ended, `ERR_LAB_CLOSED` after `close()` or an abort.
   */
  async run(operations: readonly Operation[], options?: RunOptions): Promise<RunRecord> {
    const given = optionsOf(options, runNames)
    return await this.#enqueue(
      operations.map(({ text }) => text),
      undefined,
      given,
    )
  }

  /**
   * Runs an experiment, or its first `count` lines. An experiment with a module gets a new process,
   * and its states cannot be read.
   */
  async runScenario(
    scenario: Scenario,
    part: Part = 'transcript',
    options?: RunOptions & { readonly count?: number },
  ): Promise<RunRecord> {
    const given = optionsOf(options, scenarioNames)
    const { transcript } = part === 'fix' ? scenario.fix : scenario
    const lines = scriptOf(transcript).map(({ op }) => op)
    return await this.#enqueue(lines.slice(0, given.count), scenario.module, given)
  }

  async #enqueue(
    lines: readonly string[],
    module: string | undefined,
    options: RunOptions,
  ): Promise<RunRecord> {
    if (this.#queue.full)
      throw new LabError('ERR_LAB_BUSY', 'too many runs are waiting: try again later')
    const signal = options.signal ?? new AbortController().signal
    const acquired = await this.#queue.acquire(signal)
    if (!acquired) throw new LabError('ERR_LAB_CLOSED', 'the run was aborted')
    try {
      if (this.#closed) throw new LabError('ERR_LAB_CLOSED', 'the lab is closed')
      return await this.#runLines(lines, module, options, signal)
    } finally {
      this.#queue.release()
    }
  }

  /** Ends the child process and refuses waiting runs. A second call does nothing. */
  async close(): Promise<void> {
    this.#closed = true
    this.#queue.clear()
    await this.#end()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #runLines(
    lines: readonly string[],
    module: string | undefined,
    options: RunOptions,
    signal: AbortSignal,
  ): Promise<RunRecord> {
    if (module !== undefined) await this.#end()
    const one = await this.#warm(module === undefined ? openFilesMax : moduleOpenFilesMax)
    const states = options.states ?? false
    const job = { text: lines.join('\n'), states, ...(module !== undefined && { module }) }
    const recorder = new Recorder(lines, options, { kernel: release(), pid: one.pid })
    try {
      const clean = await this.#follow(one, job, recorder, signal)
      if (!clean) await this.#end()
      return recorder.record
    } catch (error) {
      await this.#end()
      throw error
    }
  }

  async #warm(filesMax: number): Promise<ProgramProcess> {
    const there = this.#process
    if (there !== null && !there.isGone) return there
    return await ProgramProcess.start(filesMax, one => {
      this.#process = one
    })
  }

  /** Resolves when the run has ended. The value says whether the process can be reused. */
  #follow(
    one: ProgramProcess,
    job: Job,
    recorder: Recorder,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { promise, resolve, reject } = deferred<boolean>()
    const refuse = (code: LabErrorCode, message: string) => reject(new LabError(code, message))
    const onEnd = (why: string): void => {
      if (this.#closed) refuse('ERR_LAB_CLOSED', 'the lab is closed')
      else refuse('ERR_LAB_CRASHED', why)
    }
    const onAbort = (): void => refuse('ERR_LAB_CLOSED', 'the run was aborted')
    const tooLong = `the run did not end within ${this.#runMsMax} ms: an operation blocks`
    const timer = setTimeout(() => refuse('ERR_LAB_TIMEOUT', tooLong), this.#runMsMax)
    one.follower = {
      onEnd,
      onMessage: message => {
        try {
          if (recorder.take(message)) resolve(message.type === 'end' && message.clean)
        } catch (error) {
          // A callback threw, or the recorder threw a LabError: either ends the run.
          reject(error)
        }
      },
    }
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    else if (one.isGone) onEnd(one.why)
    else one.send(job)
    return promise.finally(() => {
      clearTimeout(timer)
      one.follower = null
      signal.removeEventListener('abort', onAbort)
    })
  }

  async #end(): Promise<void> {
    const one = this.#process
    this.#process = null
    await one?.end()
  }
}

function deferred<T>() {
  let [resolve, reject]: [(value: T) => void, (error: unknown) => void] = [() => {}, () => {}]
  const promise = new Promise<T>((done, fail) => {
    resolve = done
    reject = fail
  })
  return { promise, resolve, reject }
}
