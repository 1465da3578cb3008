import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { inPackage } from '../../sys/index.ts'
import { LeftOut } from './left-out.ts'
import type { Placement } from './placement.ts'

/** A reply that reports a failure. */
export interface Failure {
  readonly error: string
}

/** A process on the same processor as the load generator, which replies to each message. */
export interface Respondent<Question, Answer> {
  /** Throws LeftOut if the reply is a failure. */
  ask(question: Question): Promise<Answer>
  stop(): Promise<void>
}

/** @param program a file of dist/bench/race; aborting the signal kills it */
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
    throw new Error('the load generator ended')
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
