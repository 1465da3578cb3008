import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { howToRepair, inPackage } from '../../sys/index.ts'
import { LabError } from '../errors.ts'
import {
  errorBytesMax,
  lineBytesMax,
  messageBytesMax,
  operationBytesMax,
  startMsMax,
} from '../limits.ts'
import type { Job, Message } from './messages.ts'
import { escaped, InvalidMessage, readMessage } from './read-message.ts'

const program = inPackage('dist/lab/runner/child.js')
const blockBytes = 512
const stderrCharsMax = 500
const newline = 10

function shellOf(filesMax: number): string {
  const blocks = operationBytesMax / blockBytes
  return `ulimit -c 0; ulimit -n ${filesMax} 2>/dev/null; ulimit -f ${blocks} 2>/dev/null; exec "$0" "$@"`
}

/** Receives the messages of a run. If the process ends, receives the reason. */
export interface Follower {
  readonly onMessage: (message: Message) => void
  readonly onEnd: (why: string) => void
}

/**
 * The parent's side of the child process that runs programs. It validates the child's messages, keeps the end of its
 * stderr for error messages, and kills the child together with its process group.
 */
export class ProgramProcess {
  /** Follows the current run. If there is no run, any message is unexpected and the process is killed. */
  follower: Follower | null = null
  readonly #child: ChildProcess
  #kept: Buffer[] = []
  #keptBytes = 0
  #messageBytes = 0
  #stderr = ''
  #stderrBytes = 0
  #why = ''
  #isGone = false

  private constructor(filesMax: number, file: string) {
    const child = spawn('/bin/sh', ['-c', shellOf(filesMax), process.execPath, file], {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
      // A new process group, so that the child's own children can be killed with it.
      detached: true,
    })
    this.#child = child
    child.on('error', () => {})
    child.once('exit', () => this.#onExit())
    child.stdin?.on('error', () => {})
    child.stderr?.on('data', (chunk: Buffer) => this.#onStderr(chunk))
    const message = child.stdio?.[3] as Readable | undefined
    message?.on('error', () => {})
    message?.on('data', (chunk: Buffer) => this.#onChunk(chunk))
  }

  /** Resolves when the process is ready or has ended. Throws {@link LabError} if it cannot be started. */
  static async start(
    filesMax: number,
    onStarting: (one: ProgramProcess) => void,
    file: string = program,
  ): Promise<ProgramProcess> {
    if (!existsSync(file))
      throw new LabError('ERR_LAB_CRASHED', `the lab's program is missing: ${howToRepair()}`)
    const one = new ProgramProcess(filesMax, file)
    onStarting(one)
    const late = setTimeout(
      () => one.#fault(`it was not ready within ${startMsMax} ms`),
      startMsMax,
    )
    try {
      await new Promise<void>((resolve, reject) => {
        one.#child.once('error', reject)
        one.follower = {
          onMessage: ({ type }) =>
            type === 'ready' ? resolve() : one.#fault('it sent a message before it was ready'),
          onEnd: () => resolve(),
        }
      })
    } catch (error) {
      const reason = (error as Error).message
      throw new LabError('ERR_LAB_CRASHED', `the lab's process could not be started: ${reason}`)
    } finally {
      clearTimeout(late)
      one.follower = null
    }
    return one
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  get isGone(): boolean {
    return this.#isGone || this.#child.pid === undefined
  }

  /** Why the process ended: the misbehaviour that was found, or the end of its stderr. */
  get why(): string {
    const ended = 'the process that runs the operations has ended'
    const said = this.#why || escaped(this.#stderr.trim(), stderrCharsMax)
    return said === '' ? ended : `${ended}: ${said}`
  }

  send(job: Job): void {
    this.#messageBytes = 0
    this.#child.stdin!.write(`${JSON.stringify(job)}\n`)
  }

  /** Kills the process and all processes that the program started. */
  async end(): Promise<void> {
    if (this.isGone) return
    const gone = once(this.#child, 'exit')
    this.#killGroup()
    await gone
  }

  #onExit(): void {
    this.#isGone = true
    this.#killGroup()
    // Messages that the process sent before it ended still arrive within this turn.
    setImmediate(() => {
      for (const stream of this.#child.stdio) stream?.destroy()
      this.follower?.onEnd(this.why)
    })
  }

  #killGroup(): void {
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      // No process of the group is left.
    }
  }

  /** Kills a process that misbehaves, and records why. */
  #fault(why: string): void {
    if (this.#why !== '') return
    this.#why = why
    this.#killGroup()
  }

  #onStderr(chunk: Buffer): void {
    this.#stderrBytes += chunk.length
    this.#stderr = (this.#stderr + chunk.toString('latin1')).slice(-stderrCharsMax)
    if (this.#stderrBytes > errorBytesMax)
      this.#fault(`it wrote more than ${errorBytesMax} bytes to stderr`)
  }

  #onChunk(chunk: Buffer): void {
    this.#messageBytes += chunk.length
    let rest = chunk
    for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline)) {
      const line = Buffer.concat([...this.#kept, rest.subarray(0, at)]).toString()
      this.#keep([])
      rest = rest.subarray(at + 1)
      this.#onLine(line)
    }
    if (rest.length > 0) this.#keep([...this.#kept, rest])
    if (this.#messageBytes > messageBytesMax || this.#keptBytes > lineBytesMax)
      this.#fault('it sent more than a run can produce')
  }

  #keep(parts: Buffer[]): void {
    this.#kept = parts
    this.#keptBytes = parts.reduce((sum, { length }) => sum + length, 0)
  }

  #onLine(line: string): void {
    if (this.#why !== '') return
    try {
      const message = readMessage(line)
      if (this.follower === null) this.#fault('it sent a message without a run')
      else this.follower.onMessage(message)
    } catch (error) {
      if (!(error instanceof InvalidMessage)) throw error
      this.#fault(`it sent an invalid message: ${error.message}`)
    }
  }
}
