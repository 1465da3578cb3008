import type { Worker } from 'node:worker_threads'

/** The next message of a thread. Throws Error if the thread fails or ends, or sends no message before the deadline. */
export function nextMessage<T>(worker: Worker, deadlineMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (error: Error): void => {
      clearTimeout(timer)
      reject(error)
    }
    const timer = setTimeout(() => fail(new Error('a thread sent no message in time')), deadlineMs)
    worker.once('message', message => {
      clearTimeout(timer)
      resolve(message as T)
    })
    worker.once('error', fail)
    worker.once('exit', () => fail(new Error('a thread ended without a message')))
  })
}

/**
 * The next message of each thread. Even after a failure, this waits for the other threads, because a thread that is
 * terminated while it loads files leaves them open.
 */
export async function nextMessages<T>(
  workers: readonly Worker[],
  deadlineMs: number,
): Promise<T[]> {
  const messages = workers.map(worker => nextMessage<T>(worker, deadlineMs))
  await Promise.allSettled(messages)
  return Promise.all(messages)
}

/** Terminates threads and waits for their end. */
export async function terminateAll(workers: readonly Worker[]): Promise<void> {
  await Promise.all(workers.map(worker => worker.terminate()))
}
