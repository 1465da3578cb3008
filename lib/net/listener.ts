import type { Socket } from '../core/index.ts'
import type { EventHandler, EventLoop, Timer } from '../loop/index.ts'
import {
  addressBytes,
  closeSpares,
  EAGAIN,
  ECONNABORTED,
  EINTR,
  EMFILE,
  EPOLLET,
  EPOLLIN,
  EPROTO,
  isOutOfDescriptors,
  native,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SystemError,
} from '../sys/index.ts'
import { acceptRetryMs, acceptsPerTurn } from './limits.ts'

/** accept4(2) writes the address here for nothing; getpeername(2) would fail for a client that has reset meanwhile. */
const peer = new Uint8Array(addressBytes)

export interface ListenerHandler {
  /**
   * A connection's descriptor, non-blocking, which belongs to the handler now; and its peer's struct sockaddr, whose
   * memory is used again.
   */
  onConnection(fd: number, peer: Uint8Array): void
  /** Accepting failed (EMFILE ...): said once, until it has succeeded again. */
  onAcceptError(error: SystemError): void
  /** Closes a descriptor that can be spared, where they have run out: whether there was one. */
  makeRoom?(): boolean
}

/**
 * Accepts what a listening socket has, edge-triggered, until EAGAIN. Where descriptors or memory have run out the
 * clients wait in the kernel's queue, and it tries again until it succeeds: the edge would not come again.
 */
export class Listener implements EventHandler {
  readonly #loop: EventLoop
  readonly #socket: Socket
  readonly #handler: ListenerHandler
  readonly #slot: number
  #retry: Timer | null = null
  /** One at a time, as the retry: else each edge that comes meanwhile would add a budget to every turn. */
  #deferred = false
  #failing = false

  /** Takes the socket over: it must be listening and non-blocking. */
  constructor(loop: EventLoop, socket: Socket, handler: ListenerHandler) {
    this.#loop = loop
    this.#socket = socket
    this.#handler = handler
    this.#slot = loop.attach(socket.fileno(), EPOLLIN | EPOLLET, this)
  }

  get closed(): boolean {
    return this.#socket.closed
  }

  /** Clients that wait in the kernel's queue are reset then. A second call does nothing. */
  close(): void {
    if (this.closed) return
    this.#retry?.cancel()
    this.#loop.detach(this.#slot)
    this.#socket.close()
  }

  /** What the loop calls. */
  onEvents(): void {
    if (this.#retry === null && !this.#deferred) this.#accept()
  }

  get #over(): boolean {
    return this.closed || this.#loop.closed
  }

  readonly #accept = (): void => {
    this.#retry = null
    this.#deferred = false
    let left = true
    try {
      left = this.#acceptSome()
    } finally {
      // Also when a handler threw: the edge for the clients behind it has been spent.
      if (left) this.#acceptLater()
    }
  }

  /** Until EAGAIN, or the budget is spent; true if there may be more. */
  #acceptSome(): boolean {
    for (let i = 0; i < acceptsPerTurn && !this.#over; i++) {
      const fd = native.accept4(this.#socket.fileno(), peer, SOCK_NONBLOCK | SOCK_CLOEXEC)
      if (fd >= 0) this.#accepted(fd)
      else if (fd === EAGAIN) return false
      else if (isOutOfDescriptors(fd) && this.#makesRoom(fd)) continue
      else if (fd !== EINTR && fd !== ECONNABORTED && fd !== EPROTO) return this.#failed(fd)
    }
    return true
  }

  /** Cached descriptors are closed first, idle clients after that. */
  #makesRoom(errno: number): boolean {
    return closeSpares() || (errno === EMFILE && this.#handler.makeRoom?.() === true)
  }

  #acceptLater(): void {
    if (this.#over || this.#retry !== null) return
    this.#deferred = true
    this.#loop.defer(this.#accept)
  }

  #accepted(fd: number): void {
    this.#failing = false
    this.#handler.onConnection(fd, peer)
  }

  #failed(errno: number): false {
    this.#retry = this.#loop.after(acceptRetryMs, this.#accept)
    if (this.#failing) return false
    this.#failing = true
    this.#handler.onAcceptError(new SystemError(-errno, 'accept4', `fd ${this.#socket.fileno()}`))
    return false
  }
}
