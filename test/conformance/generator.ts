// Random scripts for the comparison with Python: the same seed gives the same scripts.
import { SHUT_RD, SHUT_RDWR, SHUT_WR } from '../../lib/index.ts'
import type { MaskName, Operation, Script } from './script.ts'

type Kind = 'epoll' | 'eventfd' | 'reader' | 'writer' | 'socket'

/** Tommy Ettinger's mulberry32: 32 bits of state are enough here. */
function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const watched: MaskName[] = [
  'EPOLLIN',
  'EPOLLOUT',
  'EPOLLPRI',
  'EPOLLRDHUP',
  'EPOLLRDNORM',
  'EPOLLWRNORM',
]
/** Numbers that are not open descriptors. */
const badNumbers = [-1, 1_000_000]

class Generator {
  readonly #random: () => number
  readonly #kinds = new Map<string, Kind>()
  readonly #closed = new Set<string>()
  #made = 0

  constructor(seed: number) {
    this.#random = numbers(seed)
  }

  script(operations: number): Script {
    const script: Script = [this.#make('epoll'), this.#make('pair'), this.#make('pipe')]
    while (script.length < operations - 2) script.push(this.#operation())
    const epoll = this.#any('epoll')!
    return [...script, ['interest', epoll], ['poll', epoll, -1]]
  }

  #operation(): Operation {
    const chance = this.#random()
    if (chance < 0.07) return this.#make(this.#pick(['epoll', 'eventfd', 'pipe', 'pair']))
    if (chance < 0.27) return this.#register()
    if (chance < 0.35) return ['modify', ...this.#pair(), this.#mask()]
    if (chance < 0.4) return ['unregister', ...this.#pair()]
    if (chance < 0.63) return ['poll', this.#epoll(), this.#pick([-1, -1, -1, -1, 1, 1, 2, 2, 0])]
    if (chance < 0.65) return ['interest', this.#any('epoll')!]
    if (chance < 0.96) return this.#inputOutput()
    return this.#close()
  }

  #register(): Operation {
    if (this.#random() < 0.1) return ['register', ...this.#pair()]
    return ['register', ...this.#pair(), this.#mask()]
  }

  #mask(): MaskName[] {
    const mask = watched.filter(() => this.#random() < 0.4)
    if (this.#random() < 0.4) mask.push('EPOLLET')
    if (this.#random() < 0.15) mask.push('EPOLLONESHOT')
    if (this.#random() < 0.08) mask.push('EPOLLEXCLUSIVE')
    return mask
  }

  #inputOutput(): Operation {
    const chance = this.#random()
    const sizes = [1, 1, 100, 2048, 5000]
    const writable = this.#any('eventfd', 'writer', 'socket')
    const readable = this.#any('eventfd', 'reader', 'socket')
    const socket = this.#any('socket')
    const full = this.#any('writer', 'socket')
    if (chance < 0.45 && writable) return ['write', writable, this.#pick(sizes)]
    if (chance < 0.85 && readable) return ['read', readable, this.#pick(sizes)]
    if (chance < 0.93 && full) return ['fill', full]
    if (socket) return ['shutdown', socket, this.#pick([SHUT_RD, SHUT_WR, SHUT_RDWR])]
    return ['poll', this.#epoll(), -1]
  }

  #close(): Operation {
    const name = this.#pick([...this.#kinds.keys()])
    const epolls = [...this.#kinds].filter(([, kind]) => kind === 'epoll')
    if (this.#kinds.get(name) === 'epoll') {
      if (epolls.length === 1) return ['interest', name]
      this.#closed.add(name)
    }
    this.#kinds.delete(name)
    return ['close', name]
  }

  #make(what: 'epoll' | 'eventfd' | 'pipe' | 'pair'): Operation {
    const name = (kind: Kind): string => {
      const made = `${kind}${this.#made++}`
      this.#kinds.set(made, kind)
      return made
    }
    if (what === 'epoll') return ['epoll', name('epoll')]
    if (what === 'eventfd') return ['eventfd', name('eventfd'), this.#pick([0, 1, 7])]
    if (what === 'pipe') return ['pipe', name('reader'), name('writer')]
    return ['pair', name('socket'), name('socket')]
  }

  #any(...kinds: Kind[]): string | undefined {
    const names = [...this.#kinds].filter(([, kind]) => kinds.includes(kind)).map(([name]) => name)
    return names.length === 0 ? undefined : this.#pick(names)
  }

  /** An epoll, sometimes a closed one. */
  #epoll(): string {
    const closed = [...this.#closed]
    return closed.length > 0 && this.#random() < 0.05 ? this.#pick(closed) : this.#any('epoll')!
  }

  /**
   * An epoll and a target for an operation on it. A closed epoll gets only valid targets: if both are wrong, Python
   * reports the target, and we report the epoll.
   */
  #pair(): [epoll: string, target: string | number] {
    const epoll = this.#epoll()
    const bad = !this.#closed.has(epoll) && this.#random() < 0.04
    return [epoll, this.#pick<string | number>(bad ? badNumbers : [...this.#kinds.keys()])]
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!
  }
}

export function randomScripts(seed: number, count: number, operations: number): Script[] {
  return Array.from({ length: count }, (_, i) => new Generator(seed + i).script(operations))
}
