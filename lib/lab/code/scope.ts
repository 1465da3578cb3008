import { type Action, type Flag, flags, type Operation } from '../language/syntax.ts'
import { boundBy, type Kind } from '../language/vocabulary.ts'

/** An action and the action inside it, if any. */
function all(action: Action): readonly Action[] {
  return 'action' in action ? [action, action.action] : [action]
}

const nameKeys = new Set(
  'reader writer a b client server name listener reuseport of onto epoll names inherits'.split(' '),
)

/** All names in an action. */
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

function addressAskedBy(action: Action): string | null {
  if (action.op === 'connect') return action.listener
  return action.op === 'listen' ? (action.reuseport ?? null) : null
}

const reportsEvents = new Set(['wait', 'poll', 'select'])

/** The state of code generation: the bound names so far, and the operations still to come. */
export class Scope {
  readonly operations: readonly Operation[]
  /** The identifier of a name in the generated program. */
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

  /** All names bound so far, in order. */
  get boundNames(): readonly string[] {
    return [...this.#kinds.keys()]
  }

  isNew(name: string): boolean {
    return !this.#kinds.has(name)
  }

  isUsedLater(name: string): boolean {
    return this.operations.slice(this.#at + 1).some(({ action }) => namesIn(action).includes(name))
  }

  /** Whether the name's descriptor was closed, or its process ended. */
  isClosed(name: string): boolean {
    return this.#closed.has(name)
  }

  /** Whether the listener's address is needed after it is closed. */
  isCalledWhenClosed(name: string): boolean {
    let closed = false
    return this.operations.slice(this.#at + 1).some(({ action }) => {
      if (action.op === 'close' && action.name === name) closed = true
      if (action.op === 'dup2' && action.onto === name) closed = false
      return closed && addressAskedBy(action) === name
    })
  }

  /** Names that a child process opens but the parent also uses. */
  get strangers(): readonly string[] {
    const inside = this.operations.flatMap(({ action }) =>
      action.op === 'in' ? boundBy(action, () => 'file').map(([name]) => name) : [],
    )
    const outside = this.operations.flatMap(({ action }) =>
      action.op === 'in' ? [] : namesIn(action),
    )
    return inside.filter(name => outside.includes(name))
  }

  /** Whether the program contains one of these operations. */
  has(...ops: readonly Action['op'][]): boolean {
    return this.operations.some(({ action }) => all(action).some(({ op }) => ops.includes(op)))
  }

  /** Whether the program must map descriptor numbers back to names. */
  get tellsEvents(): boolean {
    return this.operations.some(({ action }) => all(action).some(({ op }) => reportsEvents.has(op)))
  }

  /** The bits that events may have: the common bits, and all bits of the program's masks. */
  get flags(): readonly Flag[] {
    const asked = this.operations.flatMap(({ action }) =>
      all(action).flatMap(one => ('mask' in one ? one.mask : [])),
    )
    const told = new Set<Flag>(['IN', 'PRI', 'OUT', 'ERR', 'HUP', 'RDHUP', ...asked])
    const never: readonly Flag[] = ['EXCLUSIVE', 'WAKEUP', 'ONESHOT', 'ET']
    const ofEpoll = flags.filter(flag => told.has(flag) && !never.includes(flag))
    return this.has('poll') ? [...ofEpoll, 'NVAL'] : ofEpoll
  }

  /** The width of the longest operation. Outcomes are aligned to it. */
  get width(): number {
    return Math.max(0, ...this.operations.map(({ text }) => text.length))
  }

  /** Advances past an operation. */
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
