import { truncateSync } from 'node:fs'
import { AF_INET, EBADF, EMFILE, native, O_CLOEXEC, SOCK_STREAM } from '../../sys/index.ts'
import { eventsText } from '../language/outcome.ts'
import { actionText } from '../language/print.ts'
import type { Action } from '../language/syntax.ts'
import { boundBy, type Kind } from '../language/vocabulary.ts'
import type { NamedEvent, StepResult } from '../record.ts'
import { flagsOf } from './bits.ts'
import { Descriptors } from './descriptors.ts'
import * as openings from './openings.ts'
import { addressBytes, socketFlags } from './openings.ts'
import { Processes } from './processes.ts'
import { errnoName, perform, type Raw, resetOnClose, type Target } from './system.ts'
import type { ThreadPool } from './thread-pool.ts'

const EFD_SEMAPHORE = 1

/** Executes a program's actions and owns its descriptors. A machine created after `close()` gets the same numbers. */
export class Machine {
  readonly descriptors: Descriptors
  /** Addresses of listeners, even of closed ones: a client can still try to connect to them. */
  readonly #addresses = new Map<string, Uint8Array>()
  readonly #pool: ThreadPool
  readonly #processes: Processes = new Processes()
  /** The program's text. Child processes parse it too, and run only operations from it. */
  readonly #text: string
  #opened: Record<string, number> = {}

  constructor(pool: ThreadPool, text = '', bound: Readonly<Record<string, Target>> = {}) {
    this.#pool = pool
    this.#text = text
    this.descriptors = new Descriptors(pool.owned)
    for (const [name, target] of Object.entries(bound)) this.descriptors.name(name, target)
  }

  /** @param index of the operation in the program's text */
  do(action: Action, index = -1): StepResult {
    this.#opened = {}
    // The child process has already resolved descriptor names.
    if (action.op === 'in')
      return { ...this.#processes.do(action.name, index), op: actionText(action), opened: {} }
    const raw = this.#do(action)
    return { op: actionText(action), ...this.#resultOf(raw), opened: this.#opened }
  }

  /** Runs an operation that a module adds to the language. */
  doModule(op: string, perform: () => Raw): StepResult {
    this.#opened = {}
    const raw = perform()
    return { op, ...this.#resultOf(raw), opened: this.#opened }
  }

  /** Closes everything. Returns false if a thread is still blocked in a system call. */
  close(): boolean {
    this.#release(this.descriptors.spare.size)
    this.#pool.wake()
    this.descriptors.closeAll()
    this.#processes.close()
    return this.#pool.free()
  }

  #resultOf(raw: Raw): Omit<StepResult, 'op' | 'opened'> {
    if (raw.result < 0) {
      const errno = errnoName(raw.result)
      return { result: null, errno, events: [], outcome: errno }
    }
    const { result, ready, says } = raw
    const events = (ready ?? []).map(([who, bits]): NamedEvent => {
      const { descriptors } = this
      const name = typeof who === 'number' ? descriptors.nameOf(who) : descriptors.shownName(who)
      return { name, mask: flagsOf(bits) }
    })
    const outcome = ready === undefined ? (says ?? String(result)) : eventsText(events)
    return { result, errno: null, events, outcome }
  }

  /** Names a descriptor and takes ownership of it. If its open failed, later operations on the name get EBADF. */
  named(name: string, fd: number, kind: Kind): Raw {
    if (fd < 0) {
      this.descriptors.miss(name, kind)
      return { result: fd }
    }
    this.descriptors.name(name, { fd, kind })
    this.#opened[name] = fd
    return { result: fd, says: 'ok' }
  }

  /** Binds what several calls opened. If one of them failed, closes the rest and returns its errno. */
  #made({ fds, calls }: openings.Opening, action: Action): Raw {
    const failed = calls.find(result => result < 0)
    if (failed !== undefined) for (const fd of fds) if (fd >= 0) native.close(fd)
    const names = boundBy(action, name => this.descriptors.lookup(name).kind)
    return names.map(([name, kind], i) => this.named(name, failed ?? fds[i]!, kind)).at(-1)!
  }

  #do(action: Action): Raw {
    return (
      perform(action, this.descriptors.lookup) ??
      this.#pairs(action) ??
      this.#opens(action) ??
      this.#closes(action) ??
      this.#others(action)
    )
  }

  #pairs(action: Action): Raw | null {
    switch (action.op) {
      case 'pipe':
        return this.#made(openings.pipe(), action)
      case 'pair':
        return this.#made(openings.unixPair(action.type), action)
      case 'tcp':
        return this.#made(openings.tcpPair(), action)
      case 'udp':
        return this.#made(openings.udpPair(), action)
      default:
        return null
    }
  }

  #opens(action: Action): Raw | null {
    switch (action.op) {
      case 'ep':
        return this.named(action.name, native.epollCreate1(O_CLOEXEC), 'epoll')
      case 'eventfd': {
        const mode = (action.semaphore ? EFD_SEMAPHORE : 0) | socketFlags
        return this.named(action.name, native.eventfd(action.initial, mode), 'eventfd')
      }
      case 'timerfd':
        return this.#made(openings.timer(action.initialMs, action.intervalMs), action)
      case 'open':
        return this.named(action.name, openings.file(action.what), 'file')
      case 'dup': {
        const { fd, kind } = this.descriptors.lookup(action.of)
        this.#listensAs(action.of, action.name)
        return this.named(action.name, native.dup(fd), kind)
      }
      case 'dup2': {
        const { fd, kind } = this.descriptors.lookup(action.of)
        this.#listensAs(action.of, action.onto)
        return this.named(
          action.onto,
          openings.dup2(fd, this.descriptors.numberFor(action.onto)),
          kind,
        )
      }
      default:
        return this.#connects(action)
    }
  }

  #connects(action: Action): Raw | null {
    switch (action.op) {
      case 'socket':
        return this.named(
          action.name,
          native.socket(AF_INET, SOCK_STREAM | socketFlags, 0),
          'socket',
        )
      case 'listen': {
        const opening = this.#listener(action)
        if (opening === null) return this.named(action.name, EBADF, 'listener')
        const made = this.#made(opening, action)
        if (made.result >= 0) this.#addresses.set(action.name, opening.address)
        return made
      }
      case 'connect':
        return this.#connect(action.name, action.listener)
      case 'accept': {
        const fd = native.accept4(this.descriptors.lookup(action.listener).fd, null, socketFlags)
        return this.named(action.name, fd, 'socket')
      }
      default:
        return null
    }
  }

  #listener({ backlog, reuseport }: Action & { op: 'listen' }): openings.BoundOpening | null {
    if (reuseport === undefined) return openings.listener(backlog)
    if (reuseport === null) return openings.sharingListener(backlog, null)
    const address = this.#addresses.get(reuseport)
    return address === undefined ? null : openings.sharingListener(backlog, address)
  }

  #listensAs(listener: string, name: string): void {
    const address = this.#addresses.get(listener)
    if (address !== undefined) this.#addresses.set(name, address)
  }

  #connect(name: string, listener: string): Raw {
    if (!this.descriptors.knows(name)) {
      const socket = native.socket(AF_INET, SOCK_STREAM | socketFlags, 0)
      const opened = this.named(name, socket, 'socket')
      if (socket < 0) return opened
    }
    const address = this.#addresses.get(listener)
    if (address === undefined) return { result: EBADF }
    const result = native.connect(this.descriptors.lookup(name).fd, address, addressBytes)
    return result < 0 ? { result } : { result, says: 'ok' }
  }

  #closes(action: Action): Raw | null {
    switch (action.op) {
      case 'close':
        return this.#close(action.name)
      case 'rst':
        resetOnClose(this.descriptors.lookup(action.name).fd)
        return this.#close(action.name)
      case 'exhaust':
        return this.#exhaust()
      case 'release':
        return { result: this.#release(action.count ?? this.descriptors.spare.size) }
      case 'sendfile':
        return this.#sendfile(action.name, action.sizeBytes)
      default:
        return null
    }
  }

  /** If the number was reused under another name, this closes that name's file, as the kernel does. */
  #close(name: string): Raw {
    const { fd } = this.descriptors.lookup(name)
    if (!this.descriptors.has(fd)) return { result: EBADF }
    this.descriptors.disown(fd)
    const result = native.close(fd)
    return result < 0 ? { result } : { result, says: 'ok' }
  }

  #release(count: number): number {
    const fds = [...this.descriptors.spare].slice(0, count)
    for (const fd of fds) {
      this.descriptors.disown(fd)
      native.close(fd)
    }
    return fds.length
  }

  #exhaust(): Raw {
    for (;;) {
      const fd = native.eventfd(0, socketFlags)
      if (fd < 0) return { result: fd }
      this.descriptors.keep(fd)
    }
  }

  #sendfile(name: string, sizeBytes: number): Raw {
    const file = openings.file('file')
    if (file < 0) return { result: file }
    try {
      // Truncates by path, because Deno's fs functions accept only descriptors that Deno opened.
      truncateSync(`/proc/self/fd/${file}`, sizeBytes)
      return { result: native.sendfile(this.descriptors.lookup(name).fd, file, 0, sizeBytes) }
    } catch (error) {
      // Opening the path needs one more descriptor.
      if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error
      return { result: EMFILE }
    } finally {
      native.close(file)
    }
  }

  #others(action: Action): Raw {
    switch (action.op) {
      case 'thread':
        return this.#pool.start(action.name, action.action, this.descriptors.open)
      case 'join':
        return this.#pool.join(action.name, action.timeoutMs)
      case 'done':
        return { result: action.names.filter(name => this.#pool.isBack(name)).length }
      case 'process': {
        const inherits = action.inherits.map(name => [name, this.descriptors.lookup(name)] as const)
        if (!inherits.every(([, { fd }]) => this.descriptors.has(fd))) return { result: EBADF }
        return this.#processes.start(action.name, Object.fromEntries(inherits), this.#text)
      }
      case 'exit':
        return this.#processes.exit(action.name)
      default:
        throw new Error(`no implementation of '${action.op}'`)
    }
  }
}
