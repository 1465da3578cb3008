import { type BigIntStats, fstat, read } from 'node:fs'
import { FileStat } from '../../core/index.ts'
import { ETIMEDOUT, SystemError } from '../../sys/index.ts'
import { diskThreadsMax, stalledMs } from '../limits.ts'

/** Node's thread pool, in one place. @internal */
export const pool = { read, fstat }

const billion = 1_000_000_000n
/** A call that has been looked at so often, in `stalledMs`, does not answer. */
const looksMax = 5

interface Job {
  start(): void
  fail(error: Error): void
}

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void

/**
 * The thread pool's work on one device, two calls at a time. A device that does not answer keeps two of the pool's
 * four threads, and no more; what would have to wait for it fails (ETIMEDOUT) instead.
 */
export class Disk {
  /** How often each of the calls that are running was looked at: see #look. */
  readonly #running = new Set<{ looks: number }>()
  #waiting: Job[] = []
  #timer: NodeJS.Timeout | null = null

  /** Whether it has not answered for a while: nobody knows whether it ever will. */
  get stalled(): boolean {
    if (this.#running.size < diskThreadsMax) return false
    for (const { looks } of this.#running) if (looks < looksMax) return false
    return true
  }

  /** Rejects with {@link SystemError}, as all of these do. The descriptor must stay open meanwhile. */
  read(fd: number, bytes: Buffer, length: number, position: number): Promise<number> {
    return this.#call('pread', fd, (done: Done<number>) =>
      pool.read(fd, bytes, 0, length, position, done),
    )
  }

  async stat(fd: number): Promise<FileStat> {
    const stat = await this.#call('fstat', fd, (done: Done<BigIntStats>) =>
      pool.fstat(fd, { bigint: true }, done),
    )
    const { mode, size, ino, dev, mtimeNs, ctimeNs } = stat
    const times = [mtimeNs / billion, mtimeNs % billion, ctimeNs / billion, ctimeNs % billion]
    const result = new FileStat()
    result.fields.set([mode, size, ino, dev, ...times].map(Number))
    return result
  }

  #call<T>(name: string, fd: number, call: (done: Done<T>) => void): Promise<T> {
    if (this.stalled) return Promise.reject(stalledError())
    return new Promise((resolve, reject) => {
      const start = (): void => {
        const running = { looks: 0 }
        this.#running.add(running)
        if (this.#running.size === diskThreadsMax) this.#lookLater()
        call((error, value) => {
          this.#running.delete(running)
          this.#waiting.shift()?.start()
          if (error === null) resolve(value)
          else reject(new SystemError(-(error.errno ?? 0), name, `fd ${fd}`))
        })
      }
      if (this.#running.size < diskThreadsMax) return start()
      this.#waiting.push({ start, fail: reject })
    })
  }

  #lookLater(): void {
    // The process may end meanwhile.
    this.#timer ??= setInterval(() => this.#look(), stalledMs / (looksMax - 1)).unref()
  }

  /**
   * Looks are counted, not milliseconds: a process that was stopped, or kept from the processor, has answers waiting
   * that it could not take yet, and makes one look for all the time that it has lost.
   */
  #look(): void {
    for (const running of this.#running) running.looks++
    if (this.stalled) for (const { fail } of this.#waiting.splice(0)) fail(stalledError())
    if (this.#running.size === diskThreadsMax || this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
  }
}

export function stalledError(): SystemError {
  return new SystemError(-ETIMEDOUT, 'pread', 'of a file system that does not answer')
}

const disks = new Map<number, Disk>()

/** The disk that a file lies on: one for each device. */
export function diskOf({ device }: FileStat): Disk {
  const disk = disks.get(device) ?? new Disk()
  disks.set(device, disk)
  return disk
}
