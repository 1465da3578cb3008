import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const library = new URL('../../dist/', import.meta.url).href

/**
 * Runs code in a worker thread with the variables `epollet` (the built package), `workerData` and `parentPort`. Its
 * return value is posted as the last message.
 */
export function worker(code: string, workerData: unknown = null): Worker {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads')
    import(${JSON.stringify(`${library}index.js`)})
      .then(async epollet => parentPort.postMessage(await (async () => { ${code} })()))`
  return new Worker(source, { eval: true, workerData })
}

/** Runs code like `worker()`, and returns its value after the thread has ended. */
export async function inWorker<T>(code: string, workerData: unknown = null): Promise<T> {
  const thread = worker(code, workerData)
  const ended = once(thread, 'exit')
  const [value] = await Promise.race([once(thread, 'message'), failure(thread)])
  await ended
  return value as T
}

async function failure(thread: Worker): Promise<never> {
  const [error] = await once(thread, 'error')
  throw error
}
