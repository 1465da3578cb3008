import { type BigIntStats, fstat, read } from 'node:fs'
import { FileStat } from '../../core/index.ts'
import { ETIMEDOUT, SystemError } from '../../sys/index.ts'
import { diskThreadsMax, stalledMs } from '../limits.ts'

/** The calls to Node's thread pool; tests replace them. @internal */
export const pool = { read, fstat }

const billion = 1_000_000_000n
/** A call counts as stalled if it is still running after this many ticks, that is, after `stalledMs`. */
const ticksMax = 5

interface Job {
  start(): void
  fail(error: Error): void
}

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void

/**
 * Runs at most two thread-pool calls on one device at a time, so that a device that doesn't answer blocks only two of
 * the pool's four threads. While the device is stalled, further calls fail with ETIMEDOUT.
 */
export class Disk {
  /** The running calls, each with the number of ticks since it started. */
  readonly #running = new Set<{ ticks: number }>()
  #waiting: Job[] = []
  #timer: NodeJS.Timeout | null = null

  /** Whether the device hasn't answered for `stalledMs`; it may never answer. */
  get stalled(): boolean {
    if (this.#running.size < diskThreadsMax) return false
    for (const { ticks } of this.#running) if (ticks < ticksMax) return false
    return true
  }

  /**
   * Reads up to `length` bytes. The descriptor must stay open until the promise settles. Rejects with {@link
   * SystemError}.
   */
  read(fd: number, bytes: Buffer, length: number, position: number): Promise<number> {
    return this.#call('pread', fd, (done: Done<number>) =>
      pool.read(fd, bytes, 0, length, position, done),
    )
  }

  /** The file's stat. The descriptor must stay open until the promise settles. Rejects with {@link SystemError}. */
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
        const running = { ticks: 0 }
        this.#running.add(running)
        if (this.#running.size === diskThreadsMax) this.#startTimer()
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

  #startTimer(): void {
    // The timer doesn't keep the process alive.
    this.#timer ??= setInterval(() => this.#tick(), stalledMs / (ticksMax - 1)).unref()
  }

  /**
   * Counts ticks instead of milliseconds: a process that was stopped or got no CPU time may have results ready that it
   * couldn't receive, so all of the lost time counts as one tick.
   */
  #tick(): void {
    for (const running of this.#running) running.ticks++
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

/** The disk of a file's device. */
export function diskOf({ device }: FileStat): Disk {
  const disk = disks.get(device) ?? new Disk()
  disks.set(device, disk)
  return disk
}
