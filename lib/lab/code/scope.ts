import type { Action, Flag, Operation } from '../language/syntax.ts'
import { flags, type Kind } from '../language/vocabulary.ts'

type KindOf = (name: string) => Kind

/** An action, and what it has another thread or process do. */
function all(action: Action): readonly Action[] {
  return 'action' in action ? [action, action.action] : [action]
}

const nameKeys = new Set(
  'reader writer a b client server name listener reuseport of onto epoll names inherits'.split(' '),
)

/** Every name that an action says. */
function namesIn(action: Action): readonly string[] {
  return all(action).flatMap(one =>
    Object.entries(one).flatMap(([key, value]) =>
      nameKeys.has(key) && value !== null ? (value as string | readonly string[]) : [],
    ),
  )
}

export function namesOf(operations: readonly Operation[]): string[] {
  return [...new Set(operations.flatMap(({ action }) => namesIn(action)))]
}

/** The names that an action binds, and to what. */
function boundBy(action: Action, kindOf: KindOf): readonly (readonly [string, Kind])[] {
  switch (action.op) {
    case 'pipe':
      return [
        [action.reader, 'pipe reader'],
        [action.writer, 'pipe writer'],
      ]
    case 'pair':
    case 'udp':
      return [
        [action.a, 'socket'],
        [action.b, 'socket'],
      ]
    case 'tcp':
      return [
        [action.client, 'socket'],
        [action.server, 'socket'],
      ]
    case 'socket':
    case 'connect':
    case 'accept':
      return [[action.name, 'socket']]
    case 'listen':
      return [[action.name, 'listener']]
    case 'eventfd':
    case 'timerfd':
    case 'thread':
    case 'process':
      return [[action.name, action.op]]
    case 'open':
      return [[action.name, 'file']]
    case 'ep':
      return [[action.name, 'epoll']]
    case 'dup':
      return [[action.name, kindOf(action.of)]]
    case 'in':
      return boundBy(action.action, kindOf)
    default:
      return []
  }
}

function addressAskedBy(action: Action): string | null {
  if (action.op === 'connect') return action.listener
  return action.op === 'listen' ? (action.reuseport ?? null) : null
}

const telling = new Set(['wait', 'poll', 'select'])

/** What the writer of a program has to know where it stands: what names lead to, and what is still to come. */
export class Scope {
  readonly operations: readonly Operation[]
  /** How a name is written in the program. */
  readonly id: (name: string) => string
  readonly #kinds = new Map<string, Kind>()
  readonly #closed = new Set<string>()
  #at = 0

  constructor(operations: readonly Operation[], id: (name: string) => string) {
    this.operations = operations
    this.id = id
  }

  kindOf(name: string): Kind {
    return this.#kinds.get(name) ?? 'file'
  }

  /** All that is bound by now, in its order. */
  get boundNames(): readonly string[] {
    return [...this.#kinds.keys()]
  }

  isNew(name: string): boolean {
    return !this.#kinds.has(name)
  }

  isUsedLater(name: string): boolean {
    return this.operations.slice(this.#at + 1).some(({ action }) => namesIn(action).includes(name))
  }

  /** Whether a name was closed before, or a process has ended. */
  isClosed(name: string): boolean {
    return this.#closed.has(name)
  }

  /** Whether a listener's address will be asked for when it is closed. */
  isCalledWhenClosed(name: string): boolean {
    let closed = false
    return this.operations.slice(this.#at + 1).some(({ action }) => {
      if (action.op === 'close' && action.name === name) closed = true
      if (action.op === 'dup2' && action.onto === name) closed = false
      return closed && addressAskedBy(action) === name
    })
  }

  /** The names that only another process opens, but that are used outside of it. */
  get strangers(): readonly string[] {
    const inside = this.operations.flatMap(({ action }) =>
      action.op === 'in' ? boundBy(action, () => 'file').map(([name]) => name) : [],
    )
    const outside = this.operations.flatMap(({ action }) =>
      action.op === 'in' ? [] : namesIn(action),
    )
    return inside.filter(name => outside.includes(name))
  }

  /** Whether any operation is one of these. */
  has(...ops: readonly Action['op'][]): boolean {
    return this.operations.some(({ action }) => all(action).some(({ op }) => ops.includes(op)))
  }

  /** Whether descriptors have to be known by their numbers, since there is something that reports them so. */
  get tellsEvents(): boolean {
    return this.operations.some(({ action }) => all(action).some(({ op }) => telling.has(op)))
  }

  /** The bits that may be reported: those that always may, and whatever else is asked for. */
  get flags(): readonly Flag[] {
    const asked = this.operations.flatMap(({ action }) =>
      all(action).flatMap(one => ('mask' in one ? one.mask : [])),
    )
    const told = new Set<Flag>(['IN', 'PRI', 'OUT', 'ERR', 'HUP', 'RDHUP', ...asked])
    const never: readonly Flag[] = ['EXCLUSIVE', 'WAKEUP', 'ONESHOT', 'ET']
    const ofEpoll = flags.filter(flag => told.has(flag) && !never.includes(flag))
    return this.has('poll') ? [...ofEpoll, 'NVAL'] : ofEpoll
  }

  /** How wide the operations are, so that their outcomes stand below each other. */
  get width(): number {
    return Math.max(0, ...this.operations.map(({ text }) => text.length))
  }

  /** Goes on behind an operation. */
  pass({ action }: Operation): void {
    for (const [name, kind] of boundBy(action, one => this.kindOf(one)))
      if (this.isNew(name)) this.#kinds.set(name, kind)
    if (action.op === 'dup2') {
      this.#kinds.set(action.onto, this.kindOf(action.of))
      this.#closed.delete(action.onto)
    }
    if (action.op === 'close' || action.op === 'exit') this.#closed.add(action.name)
    this.#at++
  }
}
