import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Socket } from '../../core/index.ts'
import { inPackage } from '../../sys/index.ts'
import type { Wake } from './wake.ts'

/** A thread that echoes each byte. */
export interface EchoThread {
  /** Our end of the connection to the thread. */
  readonly near: Socket
  stop(): Promise<void>
}

const program = inPackage('dist/bench/measure/echo.js')

export async function startEcho(wake: Wake): Promise<EchoThread> {
  const [near, far] = Socket.pair()
  const worker = new Worker(program, { workerData: { fd: far.detach(), wake } })
  await once(worker, 'message')
  const ended = once(worker, 'exit')
  return {
    near,
    async stop() {
      near.close()
      await ended
    },
  }
}
