// Sequences of operations as data. This file runs them on our objects, and differential.py on Python's.
import {
  ClosedError,
  type Descriptor,
  EPOLLERR,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLHUP,
  EPOLLIN,
  EPOLLMSG,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLPRI,
  EPOLLRDBAND,
  EPOLLRDHUP,
  EPOLLRDNORM,
  EPOLLWRBAND,
  EPOLLWRNORM,
  Epoll,
  EventFd,
  Pipe,
  PipeReader,
  PipeWriter,
  Socket,
  SystemError,
} from '../../lib/index.ts'

const masks = {
  EPOLLIN,
  EPOLLPRI,
  EPOLLOUT,
  EPOLLERR,
  EPOLLHUP,
  EPOLLRDNORM,
  EPOLLRDBAND,
  EPOLLWRNORM,
  EPOLLWRBAND,
  EPOLLMSG,
  EPOLLRDHUP,
  EPOLLEXCLUSIVE,
  EPOLLONESHOT,
  EPOLLET,
}

export type MaskName = keyof typeof masks

/** Each name refers to a descriptor made by an earlier operation; a target may also be a bare number. */
export type Operation =
  | ['epoll', string]
  | ['eventfd', string, number]
  | ['pipe', reader: string, writer: string]
  | ['pair', string, string]
  | ['register', epoll: string, target: string | number, mask?: MaskName[]]
  | ['modify', epoll: string, target: string | number, mask: MaskName[]]
  | ['unregister', epoll: string, target: string | number]
  | ['poll', epoll: string, maxevents: number]
  | ['interest', epoll: string]
  | ['write', string, number]
  | ['read', string, number]
  | ['fill', string]
  | ['shutdown', string, how: number]
  | ['close', string]

export type Script = Operation[]

/** Events by name, a count, or a word: ok, again (would block), full, closed, range, type, or an errno. */
export type Answer = string | number | [name: string, events: string[]][]

const chunkBytes = 2048

function maskOf(names: MaskName[]): number {
  return names.reduce((mask, name) => mask + masks[name], 0)
}

function namesOf(mask: number): string[] {
  const found = Object.entries(masks).filter(([, bit]) => (mask & bit) !== 0)
  const rest = found.reduce((left, [, bit]) => left & ~bit, mask) >>> 0
  const names = found.map(([name]) => name)
  return rest === 0 ? names : [...names, `0x${rest.toString(16)}`]
}

function errorName(error: unknown): string {
  if (error instanceof SystemError) return error.code
  if (error instanceof ClosedError) return 'closed'
  if (error instanceof RangeError) return 'range'
  if (error instanceof TypeError) return 'type'
  throw error
}

function bytes(size: number): string {
  return 'x'.repeat(size)
}

/** Runs scripts on the objects of `epollet`. */
class Machine {
  readonly #slots = new Map<string, Descriptor>()

  run(operation: Operation): Answer {
    try {
      return this.#answer(operation) ?? 'ok'
    } catch (error) {
      return errorName(error)
    }
  }

  [Symbol.dispose](): void {
    for (const thing of this.#slots.values()) thing.close()
  }

  #answer(operation: Operation): Answer | undefined {
    switch (operation[0]) {
      case 'epoll':
      case 'eventfd':
      case 'pipe':
      case 'pair':
        return this.#make(operation)
      case 'register': {
        const [, epoll, target, names] = operation
        const mask = names === undefined ? [] : [maskOf(names)]
        return void this.#epoll(epoll).register(this.#target(target), ...mask)
      }
      case 'modify':
        return void this.#epoll(operation[1]).modify(
          this.#target(operation[2]),
          maskOf(operation[3]),
        )
      case 'unregister':
        return void this.#epoll(operation[1]).unregister(this.#target(operation[2]))
      case 'poll': {
        const events = this.#epoll(operation[1]).poll(0, operation[2])
        return events.map(([fd, mask]) => [this.#nameOf(fd), namesOf(mask)])
      }
      case 'interest': {
        const list = this.#epoll(operation[1]).interest()
        const named = list.map(({ fd, events }) => [this.#nameOf(fd), namesOf(events)] as const)
        return named.map(([name, events]): [string, string[]] => [name, events]).sort(byName)
      }
      case 'write':
        return this.#write(operation[1], operation[2])
      case 'read':
        return this.#read(operation[1], operation[2])
      case 'fill':
        while (this.#write(operation[1], chunkBytes) !== 'again');
        return 'full'
      case 'shutdown':
        return void (this.#slot(operation[1]) as Socket).shutdown(operation[2])
      case 'close':
        return this.#close(operation[1])
    }
  }

  #make(
    operation: Extract<Operation, ['epoll' | 'eventfd' | 'pipe' | 'pair', ...unknown[]]>,
  ): undefined {
    const slots = this.#slots
    if (operation[0] === 'epoll') slots.set(operation[1], new Epoll())
    if (operation[0] === 'eventfd') slots.set(operation[1], new EventFd(operation[2]))
    if (operation[0] === 'pipe') {
      const { reader, writer } = new Pipe()
      slots.set(operation[1], reader).set(operation[2], writer)
    }
    if (operation[0] === 'pair') {
      const [one, other] = Socket.pair()
      slots.set(operation[1], one).set(operation[2], other)
    }
  }

  #write(name: string, size: number): Answer | undefined {
    const thing = this.#slot(name)
    if (thing instanceof EventFd) return thing.write(size) ? undefined : 'again'
    if (thing instanceof PipeWriter) return thing.write(bytes(size)) ?? 'again'
    if (thing instanceof Socket) return thing.send(bytes(size)) ?? 'again'
    throw new Error(`${name} cannot be written`)
  }

  #read(name: string, size: number): Answer {
    const thing = this.#slot(name)
    if (thing instanceof EventFd) {
      const counter = thing.read()
      return counter === null ? 'again' : Number(counter)
    }
    if (thing instanceof PipeReader) return thing.read(size)?.length ?? 'again'
    if (thing instanceof Socket) return thing.recv(size)?.length ?? 'again'
    throw new Error(`${name} cannot be read`)
  }

  /** A closed epoll keeps its name, so that scripts can use it after close(); any other descriptor loses its name. */
  #close(name: string): undefined {
    const thing = this.#slot(name)
    thing.close()
    if (!(thing instanceof Epoll)) this.#slots.delete(name)
  }

  #slot(name: string): Descriptor {
    const thing = this.#slots.get(name)
    if (thing === undefined) throw new Error(`the script has no ${name}`)
    return thing
  }

  #epoll(name: string): Epoll {
    return this.#slot(name) as Epoll
  }

  #target(target: string | number): number | Descriptor {
    return typeof target === 'number' ? target : this.#slot(target)
  }

  #nameOf(fd: number): string {
    for (const [name, thing] of this.#slots) if (!thing.closed && thing.fileno() === fd) return name
    return `fd ${fd}`
  }
}

function byName(one: [string, string[]], other: [string, string[]]): number {
  return one[0] < other[0] ? -1 : 1
}

export function transcript(script: Script): Answer[] {
  using machine = new Machine()
  return script.map(operation => machine.run(operation))
}
