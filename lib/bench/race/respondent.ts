import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { inPackage } from '../../sys/index.ts'
import { LeftOut } from './left-out.ts'
import type { Placement } from './placement.ts'

/** What went wrong, in words. */
export interface Failure {
  readonly error: string
}

/** A process of its own, beside the load's, that answers each message with one. */
export interface Respondent<Question, Answer> {
  /** Throws LeftOut where the answer is a failure. */
  ask(question: Question): Promise<Answer>
  stop(): Promise<void>
}

/** @param program in this folder, as it is built; the signal ends it, with what it is at */
export function startRespondent<Question extends object, Answer extends object>(
  program: string,
  { load }: Placement,
  signal: AbortSignal,
): Respondent<Question, Answer> {
  const path = inPackage(`dist/bench/race/${program}`)
  const [file = '', ...args] = [...load, process.execPath, path]
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
    async ask(question) {
      signal.throwIfAborted()
      child.send(question)
      const [reply] = (await Promise.race([once(child, 'message'), ended])) as [Answer | Failure]
      if ('error' in reply) throw new LeftOut(reply.error)
      return reply
    },
    async stop() {
      signal.removeEventListener('abort', kill)
      kill()
      await closed
    },
  }
}
