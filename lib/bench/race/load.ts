import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { LeftOut } from './left-out.ts'
import type { Placement } from './placement.ts'

export interface LoadTask {
  readonly port: number
  readonly request: string
  /** Of head and body: it is the same each time. */
  readonly answerBytes: number
  readonly connections: number
  /** Whether each request has a connection of its own. */
  readonly once: boolean
  readonly count: number
  /** 0: as fast as answers come. */
  readonly intervalNs: number
}

export interface LoadResult {
  readonly wallNs: number
  /** Of latencies, at {@link shares}. */
  readonly latenciesNs: readonly number[]
}

export const shares: readonly number[] = [0.5, 0.9, 0.99, 0.999]

/** What the process that asks says: a result, or how the kernel calls what went wrong. */
export type LoadReply = LoadResult | { readonly error: string }

/** The one who asks: a process of its own. */
export interface Load {
  /** Throws LeftOut where the server fails. */
  run(task: LoadTask): Promise<LoadResult>
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('../../../dist/bench/race/load-process.js', import.meta.url))

/** The signal ends it, with what it is at. */
export function startLoad({ load }: Placement, signal: AbortSignal): Load {
  const [file = '', ...args] = [...load, process.execPath, program]
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true })
  const kill = (): void => void child.kill('SIGKILL')
  signal.addEventListener('abort', kill)
  const closed = once(child, 'close')
  const ended = closed.then(() => {
    signal.throwIfAborted()
    throw new Error('the process that asks the servers has ended')
  })
  ended.catch(() => {})
  return {
    async run(task) {
      signal.throwIfAborted()
      child.send(task)
      const [reply] = (await Promise.race([once(child, 'message'), ended])) as [LoadReply]
      if ('error' in reply) throw new LeftOut(`failed under load: ${reply.error}`)
      return reply
    },
    async stop() {
      signal.removeEventListener('abort', kill)
      kill()
      await closed
    },
  }
}
