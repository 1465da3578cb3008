// In the kernel's selftests, a comment above each case draws a small tree: epolls, the files that they watch, and the
// modes. Here the trees are data.
import { type Descriptor, EPOLLET, EPOLLIN, Epoll, Socket } from '../../lib/index.ts'

export type Mode = 'LT' | 'ET'
/** The first name, such as `e0`, watches the second: `s0` or another epoll. Edges are in the order of registration. */
export type Edge = [epoll: string, target: string, mode: Mode]

/** Epolls by name, and unix stream pairs by the name of their watched end, such as `s0`. */
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

  /** Writes a byte to the peer of every watched socket. */
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

/** e0 watches e1 and e2, each of which watches a socket. */
export function forked(outer: Mode): Edge[] {
  return [
    ['e1', 's0', 'LT'],
    ['e2', 's2', 'LT'],
    ['e0', 'e1', outer],
    ['e0', 'e2', outer],
  ]
}
