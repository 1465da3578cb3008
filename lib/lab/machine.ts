import { ftruncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import {
  AF_INET,
  AF_UNIX,
  CLOCK_MONOTONIC,
  encodeAddress,
  native,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
} from '../sys/index.ts'
import { flagsOf } from './bits.ts'
import type { Crew } from './crew.ts'
import { eventsText } from './outcome.ts'
import { actionText } from './print.ts'
import { Processes } from './processes.ts'
import type { Action, Openable } from './syntax.ts'
import { errnoName, lingerNot, perform, type Raw, type Target } from './system.ts'
import type { Step, TraceEvent } from './trace.ts'
import type { Kind } from './vocabulary.ts'

const O_CLOEXEC = 0x80000
const EFD_SEMAPHORE = 1
const O_NONBLOCK = 0x800
const O_DIRECTORY = 0x10000
const O_TMPFILE = 0o20000000 | O_DIRECTORY
const AT_FDCWD = -100
const flags = SOCK_NONBLOCK | SOCK_CLOEXEC
const nsPerMs = 1e6
const paths: Readonly<Record<Exclude<Openable, 'file'>, string>> = {
  directory: '/',
  null: '/dev/null',
  zero: '/dev/zero',
  random: '/dev/random',
  urandom: '/dev/urandom',
  mounts: '/proc/self/mounts',
}
const loopback = { host: '127.0.0.1', port: 0 }

/** What a step came to, but for its times and its state. */
export type Done = Pick<Step, 'op' | 'result' | 'errno' | 'events' | 'outcome' | 'opened'>

/**
 * Executes actions on the kernel, one after the other, with descriptors of its own. Whatever happens, `close()` leaves
 * none of them open, and the next machine gets the same numbers.
 */
export class Machine {
  /** The descriptors that names have now. */
  readonly open: Map<string, Target> = new Map()
  /** Where names led last: a closed one still has its number. */
  readonly #last = new Map<string, Target>()
  readonly #exhausted: number[] = []
  readonly #crew: Crew
  readonly #processes: Processes = new Processes()
  #opened: Record<string, number> = {}

  constructor(crew: Crew, bound: Readonly<Record<string, Target>> = {}) {
    this.#crew = crew
    for (const [name, target] of Object.entries(bound)) this.#name(name, target.fd, target.kind)
  }

  do(action: Action): Done {
    this.#opened = {}
    // Another process has names of its own for what it reports.
    if (action.op === 'in')
      return {
        ...this.#processes.do(action.name, action.action),
        op: actionText(action),
        opened: {},
      }
    const raw = this.#do(action)
    return { op: actionText(action), ...this.#told(raw), opened: this.#opened }
  }

  /** Closes everything; false if somebody still sleeps in one of its descriptors. */
  close(): boolean {
    this.#crew.wake()
    for (const fd of this.#exhausted.splice(0)) native.close(fd)
    for (const { fd } of this.open.values()) native.close(fd)
    this.open.clear()
    this.#processes.close()
    return this.#crew.free()
  }

  /** The name that a number has now, or had last. */
  nameOf(fd: number): string {
    for (const [name, target] of this.open) if (target.fd === fd) return name
    const had = [...this.#last].filter(([, target]) => target.fd === fd).at(-1)
    return had === undefined ? `fd ${fd}` : `${had[0]}(closed)`
  }

  #told(raw: Raw): Omit<Done, 'op' | 'opened'> {
    if (raw.result < 0) {
      const errno = errnoName(raw.result)
      return { result: null, errno, events: [], outcome: errno }
    }
    const { result, ready, says } = raw
    const events = (ready ?? []).map(
      ([fd, bits]): TraceEvent => ({ name: this.nameOf(fd), mask: flagsOf(bits) }),
    )
    const outcome = ready === undefined ? (says ?? String(result)) : eventsText(events)
    return { result, errno: null, events, outcome }
  }

  readonly lookup = (name: string): Target => {
    const target = this.open.get(name) ?? this.#last.get(name)
    if (target === undefined)
      throw new Error(`${name} was never opened: the operation before failed`)
    return target
  }

  #name(name: string, fd: number, kind: Kind): void {
    this.open.set(name, { fd, kind })
    this.#last.delete(name)
    this.#last.set(name, { fd, kind })
    this.#opened[name] = fd
  }

  /** A name that could not be opened leads to no descriptor: what is done to it later is EBADF. */
  #named(name: string, fd: number, kind: Kind): Raw {
    if (fd >= 0) this.#name(name, fd, kind)
    else this.#last.set(name, { fd: -1, kind })
    return fd < 0 ? { result: fd } : { result: fd, says: 'ok' }
  }

  #do(action: Action): Raw {
    return (
      perform(action, this.lookup) ??
      this.#pairs(action) ??
      this.#opens(action) ??
      this.#closes(action) ??
      this.#others(action)
    )
  }

  #pairs(action: Action): Raw | null {
    const fds = new Int32Array(2)
    switch (action.op) {
      case 'pipe': {
        const result = native.pipe2(fds, O_NONBLOCK | O_CLOEXEC)
        this.#named(action.reader, result < 0 ? result : fds[0]!, 'pipe reader')
        return this.#named(action.writer, result < 0 ? result : fds[1]!, 'pipe writer')
      }
      case 'pair': {
        const type = (action.type === 'dgram' ? SOCK_DGRAM : SOCK_STREAM) | flags
        const result = native.socketpair(AF_UNIX, type, 0, fds)
        this.#named(action.a, result < 0 ? result : fds[0]!, 'socket')
        return this.#named(action.b, result < 0 ? result : fds[1]!, 'socket')
      }
      case 'tcp':
        return this.#tcp(action.client, action.server)
      case 'udp':
        return this.#udp(action.a, action.b)
      default:
        return null
    }
  }

  #tcp(client: string, server: string): Raw {
    const [c, address, length] = [native.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), ...bound()]
    const listener = native.socket(AF_INET, SOCK_STREAM | flags, 0)
    native.bind(listener, address, length)
    native.listen(listener, 1)
    native.connect(c, address, nameLength(listener, address))
    const s = native.accept4(listener, null, flags)
    native.close(listener)
    const failed = [c, listener, s].find(fd => fd < 0)
    if (failed !== undefined) {
      for (const fd of [c, s]) if (fd >= 0) native.close(fd)
      this.#named(client, failed, 'socket')
      return this.#named(server, failed, 'socket')
    }
    native.fcntl(c, 4, native.fcntl(c, 3, 0) | O_NONBLOCK)
    this.#named(client, c, 'socket')
    return this.#named(server, s, 'socket')
  }

  #udp(one: string, other: string): Raw {
    const sockets = [one, other].map(() => native.socket(AF_INET, SOCK_DGRAM | flags, 0))
    const failed = sockets.find(fd => fd < 0)
    const addresses = sockets.map(fd => {
      const [address, length] = bound()
      native.bind(fd, address, length)
      return [address, nameLength(fd, address)] as const
    })
    for (const [i, fd] of sockets.entries()) native.connect(fd, ...addresses[1 - i]!)
    if (failed !== undefined) for (const fd of sockets) if (fd >= 0) native.close(fd)
    this.#named(one, failed ?? sockets[0]!, 'socket')
    return this.#named(other, failed ?? sockets[1]!, 'socket')
  }

  #opens(action: Action): Raw | null {
    switch (action.op) {
      case 'ep':
        return this.#named(action.name, native.epollCreate1(O_CLOEXEC), 'epoll')
      case 'eventfd': {
        const mode = (action.semaphore ? EFD_SEMAPHORE : 0) | flags
        return this.#named(action.name, native.eventfd(action.initial, mode), 'eventfd')
      }
      case 'timerfd': {
        const fd = native.timerfdCreate(CLOCK_MONOTONIC, flags)
        const { initialMs, intervalMs } = action
        native.timerfdSettime(fd, 0, initialMs * nsPerMs, intervalMs * nsPerMs)
        return this.#named(action.name, fd, 'timerfd')
      }
      case 'open':
        return this.#named(action.name, openOne(action.what), 'file')
      case 'dup': {
        const { fd, kind } = this.lookup(action.of)
        return this.#named(action.name, native.dup(fd), kind)
      }
      case 'dup2': {
        const { fd, kind } = this.lookup(action.of)
        return this.#named(
          action.onto,
          native.dup3(fd, this.lookup(action.onto).fd, O_CLOEXEC),
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
        return this.#named(action.name, native.socket(AF_INET, SOCK_STREAM | flags, 0), 'socket')
      case 'listen': {
        const fd = native.socket(AF_INET, SOCK_STREAM | flags, 0)
        native.bind(fd, ...bound())
        const result = native.listen(fd, action.backlog)
        return this.#named(action.name, result < 0 ? result : fd, 'listener')
      }
      case 'connect':
        return this.#connect(action.name, action.listener)
      case 'accept': {
        const fd = native.accept4(this.lookup(action.listener).fd, null, flags)
        return this.#named(action.name, fd, 'socket')
      }
      default:
        return null
    }
  }

  #connect(name: string, listener: string): Raw {
    if (!this.open.has(name))
      this.#named(name, native.socket(AF_INET, SOCK_STREAM | flags, 0), 'socket')
    const address = new Uint8Array(128)
    const length = native.getsockname(this.lookup(listener).fd, address)
    if (length < 0) return { result: length }
    const result = native.connect(this.lookup(name).fd, address, 16)
    return result < 0 ? { result } : { result, says: 'ok' }
  }

  #closes(action: Action): Raw | null {
    switch (action.op) {
      case 'close':
        return this.#close(action.name)
      case 'rst':
        lingerNot(this.lookup(action.name).fd)
        return this.#close(action.name)
      case 'exhaust':
        return this.#exhaust()
      case 'release': {
        const fds = this.#exhausted.splice(0, action.count ?? this.#exhausted.length)
        for (const fd of fds) native.close(fd)
        return { result: fds.length }
      }
      case 'sendfile':
        return this.#sendfile(action.name, action.sizeBytes)
      default:
        return null
    }
  }

  #close(name: string): Raw {
    const { fd } = this.lookup(name)
    // A number that was closed may be another name's by now: then it is that file which the kernel closes.
    const owner = [...this.open].find(([, target]) => target.fd === fd)
    if (owner === undefined) return { result: native.fcntl(fd, 3, 0) < 0 ? -9 : native.close(fd) }
    this.open.delete(owner[0])
    const result = native.close(fd)
    return result < 0 ? { result } : { result, says: 'ok' }
  }

  #exhaust(): Raw {
    for (;;) {
      const fd = native.eventfd(0, flags)
      if (fd < 0) return { result: fd }
      this.#exhausted.push(fd)
    }
  }

  #sendfile(name: string, sizeBytes: number): Raw {
    const file = openOne('file')
    if (file < 0) return { result: file }
    ftruncateSync(file, sizeBytes)
    const result = native.sendfile(this.lookup(name).fd, file, 0, sizeBytes)
    native.close(file)
    return { result }
  }

  #others(action: Action): Raw {
    switch (action.op) {
      case 'thread':
        return this.#crew.start(action.name, action.action, this.open)
      case 'join':
        return this.#crew.join(action.name, action.timeoutMs)
      case 'done':
        return { result: action.names.filter(name => this.#crew.isBack(name)).length }
      case 'process': {
        const inherits = action.inherits.map(name => [name, this.lookup(name)] as const)
        return this.#processes.start(action.name, Object.fromEntries(inherits))
      }
      case 'exit':
        return this.#processes.exit(action.name)
      default:
        throw new Error(`nobody does '${action.op}'`)
    }
  }
}

function bound(): [address: Uint8Array, length: number] {
  const address = new Uint8Array(128)
  return [address, encodeAddress(loopback, AF_INET, address)]
}

/** Writes the address that a socket has now, and says how long it is. */
function nameLength(fd: number, address: Uint8Array): number {
  native.getsockname(fd, address)
  return 16
}

function openOne(what: Openable): number {
  if (what === 'file') return native.openat(AT_FDCWD, tmpdir(), O_TMPFILE | 2 | O_CLOEXEC, 0o600)
  const directory = what === 'directory' ? O_DIRECTORY : 0
  return native.openat(AT_FDCWD, paths[what], directory | O_NONBLOCK | O_CLOEXEC, 0)
}
