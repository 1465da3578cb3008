import type { Worker } from 'node:worker_threads'

/** The next message of a thread. Throws Error where it fails, ends, or says nothing before the deadline. */
export function said<T>(worker: Worker, deadlineMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (error: Error): void => {
      clearTimeout(timer)
      reject(error)
    }
    const timer = setTimeout(() => fail(new Error('a thread has said nothing')), deadlineMs)
    worker.once('message', message => {
      clearTimeout(timer)
      resolve(message as T)
    })
    worker.once('error', fail)
    worker.once('exit', () => fail(new Error('a thread has ended early')))
  })
}

/**
 * The next message of each, once none is waited for any more: where one has failed, another may be loading, and a thread
 * that is ended then leaves its files open.
 */
export async function allSaid<T>(workers: readonly Worker[], deadlineMs: number): Promise<T[]> {
  const sayings = workers.map(worker => said<T>(worker, deadlineMs))
  await Promise.allSettled(sayings)
  return Promise.all(sayings)
}

/** Ends threads; those that wait in a slice end with it. */
export async function ended(workers: readonly Worker[]): Promise<void> {
  await Promise.all(workers.map(worker => worker.terminate()))
}
