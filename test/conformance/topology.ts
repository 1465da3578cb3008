// The kernel's selftests draw a small tree per case: which epoll watches what, in which mode. Here it is data.
import { type Descriptor, EPOLLET, EPOLLIN, Epoll, Socket } from '../../lib/index.ts'

export type Mode = 'LT' | 'ET'
/** `e0` watches `s0` (or another epoll), in that order of registration. */
export type Edge = [epoll: string, target: string, mode: Mode]

/** Epolls by their names, and unix stream pairs of which `s0` is the end that is watched. */
export class Topology {
  readonly #epolls = new Map<string, Epoll>()
  readonly #pairs = new Map<string, [watched: Socket, peer: Socket]>()

  constructor(edges: Edge[]) {
    for (const [name, target, mode] of edges) {
      this.epoll(name).register(this.#node(target), mode === 'ET' ? EPOLLIN | EPOLLET : EPOLLIN)
    }
  }

  epoll(name: string): Epoll {
    const epoll = this.#epolls.get(name) ?? new Epoll()
    this.#epolls.set(name, epoll)
    return epoll
  }

  /** One byte to the peer of every socket. */
  write(): void {
    for (const [, peer] of this.#pairs.values()) peer.send('w')
  }

  [Symbol.dispose](): void {
    for (const epoll of this.#epolls.values()) epoll.close()
    for (const socket of [...this.#pairs.values()].flat()) socket.close()
  }

  #node(name: string): Descriptor {
    if (name.startsWith('e')) return this.epoll(name)
    const pair = this.#pairs.get(name) ?? Socket.pair()
    this.#pairs.set(name, pair)
    return pair[0]
  }
}

export function single(mode: Mode): Edge[] {
  return [['e0', 's0', mode]]
}

export function double(mode: Mode): Edge[] {
  return [
    ['e0', 's0', mode],
    ['e0', 's2', mode],
  ]
}

export function nested(outer: Mode, inner: Mode): Edge[] {
  return [
    ['e1', 's0', inner],
    ['e0', 'e1', outer],
  ]
}

/** e0 over e1 and e2, which have a socket each. */
export function forked(outer: Mode): Edge[] {
  return [
    ['e1', 's0', 'LT'],
    ['e2', 's2', 'LT'],
    ['e0', 'e1', outer],
    ['e0', 'e2', outer],
  ]
}
