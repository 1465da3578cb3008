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
const saidCharsMax = 500
const newline = 10

function shellOf(filesMax: number): string {
  const blocks = operationBytesMax / blockBytes
  return `ulimit -c 0; ulimit -n ${filesMax} 2>/dev/null; ulimit -f ${blocks} 2>/dev/null; exec "$0" "$@"`
}

/** Receives the messages of a run, or the reason why no more will come. */
export interface Follower {
  readonly onMessage: (message: Message) => void
  readonly onEnd: (why: string) => void
}

/**
 * The process that runs programs, as its parent sees it: what it tells is read line by line and trusted in nothing, what
 * it writes on its stderr is kept to be quoted, and it is ended with all that it has started.
 */
export class ProgramProcess {
  /** The follower of the current run; without one, a message is unexpected and ends the process. */
  follower: Follower | null = null
  readonly #child: ChildProcess
  #kept: Buffer[] = []
  #keptBytes = 0
  #messageBytes = 0
  #said = ''
  #saidBytes = 0
  #why = ''
  #isGone = false

  private constructor(filesMax: number, file: string) {
    const child = spawn('/bin/sh', ['-c', shellOf(filesMax), process.execPath, file], {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
      // Its own processes end with it.
      detached: true,
    })
    this.#child = child
    child.on('error', () => {})
    child.once('exit', () => this.#onExit())
    child.stdin?.on('error', () => {})
    child.stderr?.on('data', (chunk: Buffer) => this.#onSaid(chunk))
    const message = child.stdio?.[3] as Readable | undefined
    message?.on('error', () => {})
    message?.on('data', (chunk: Buffer) => this.#onChunk(chunk))
  }

  /** One that is ready, or has ended already. Throws {@link LabError} where there can be none. */
  static async start(
    filesMax: number,
    onStarting: (one: ProgramProcess) => void,
    file: string = program,
  ): Promise<ProgramProcess> {
    if (!existsSync(file))
      throw new LabError('ERR_LAB_CRASHED', `the lab's program is not there: ${howToRepair()}`)
    const one = new ProgramProcess(filesMax, file)
    onStarting(one)
    const late = setTimeout(() => one.#fault('it was not ready in time'), startMsMax)
    try {
      await new Promise<void>((resolve, reject) => {
        one.#child.once('error', reject)
        one.follower = {
          onMessage: ({ type }) =>
            type === 'ready' ? resolve() : one.#fault('it began by itself'),
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

  /** Why it has ended: what was wrong with what it told, or what it said itself. */
  get why(): string {
    const ended = 'the process that runs the operations has ended'
    const said = this.#why || escaped(this.#said.trim(), saidCharsMax)
    return said === '' ? ended : `${ended}: ${said}`
  }

  send(job: Job): void {
    this.#messageBytes = 0
    this.#child.stdin!.write(`${JSON.stringify(job)}\n`)
  }

  /** With the processes of a program, which may outlive the one that started them. */
  async end(): Promise<void> {
    if (this.isGone) return
    const gone = once(this.#child, 'exit')
    this.#killGroup()
    await gone
  }

  #onExit(): void {
    this.#isGone = true
    this.#killGroup()
    // Messages that it sent before it ended arrive within this turn.
    setImmediate(() => {
      for (const stream of this.#child.stdio) stream?.destroy()
      this.follower?.onEnd(this.why)
    })
  }

  #killGroup(): void {
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      // Nobody is left of it.
    }
  }

  /** It does what it never does: whatever it is now, it is not used any more. */
  #fault(why: string): void {
    if (this.#why !== '') return
    this.#why = why
    this.#killGroup()
  }

  #onSaid(chunk: Buffer): void {
    this.#saidBytes += chunk.length
    this.#said = (this.#said + chunk.toString('latin1')).slice(-saidCharsMax)
    if (this.#saidBytes > errorBytesMax) this.#fault('it wrote without end on its stderr')
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
      this.#fault('it told more than a run can come to')
  }

  #keep(parts: Buffer[]): void {
    this.#kept = parts
    this.#keptBytes = parts.reduce((sum, { length }) => sum + length, 0)
  }

  #onLine(line: string): void {
    if (this.#why !== '') return
    try {
      const message = readMessage(line)
      if (this.follower === null) this.#fault('it told what nobody had asked for')
      else this.follower.onMessage(message)
    } catch (error) {
      if (!(error instanceof InvalidMessage)) throw error
      this.#fault(`what it told is no message: ${error.message}`)
    }
  }
}
