import type { Socket } from '../core/index.ts'
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
import type { EventLoop } from './event-loop.ts'
import { acceptRetryMs, acceptsPerTurn } from './limits.ts'
import type { EventHandler } from './slots.ts'
import type { Timer } from './timer.ts'

/** accept4(2) writes the address at no cost. getpeername(2) fails if the client has already reset the connection. */
const peer = new Uint8Array(addressBytes)

/** Receives the connections that an {@link Acceptor} accepts. @internal */
export interface AcceptHandler {
  /** The handler owns the connection, which is non-blocking. The memory of `peer`, a struct sockaddr, is reused. */
  onConnection(fd: number, peer: Uint8Array): void
  /** Called when accept fails (EMFILE and others), and not again until an accept has succeeded. */
  onAcceptError(error: SystemError): void
  /** Called when no descriptor is left: closes one that can be spared, and returns whether it found one. */
  makeRoom?(): boolean
}

/**
 * Accepts connections until EAGAIN, edge-triggered. If descriptors or memory run out, clients wait in the kernel's
 * queue and it tries again on a timer, because there is no second edge.
 *
 * @internal
 */
export class Acceptor implements EventHandler {
  readonly #loop: EventLoop
  readonly #socket: Socket
  readonly #handler: AcceptHandler
  readonly #slot: number
  #retry: Timer | null = null
  /** At most one accept is deferred: deferring one per edge would multiply the budget per turn. */
  #deferred = false
  #failing = false

  /** Takes ownership of the socket, which must be listening and non-blocking. */
  constructor(loop: EventLoop, socket: Socket, handler: AcceptHandler) {
    this.#loop = loop
    this.#socket = socket
    this.#handler = handler
    this.#slot = loop.attach(socket.fileno(), EPOLLIN | EPOLLET, this)
  }

  get closed(): boolean {
    return this.#socket.closed
  }

  /**
   * Closes the socket; if no other process shares it, that resets the clients in the kernel's queue. A second call does
   * nothing.
   */
  close(): void {
    if (this.closed) return
    this.#retry?.cancel()
    // Not detach(): if another process shares the socket, the registration would outlive close().
    this.#loop.unregister(this.#slot, this.#socket.fileno())
    this.#socket.close()
  }

  /** Called by the loop. */
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
      // Needed even if a handler threw: clients already in the queue cause no further edge.
      if (left) this.#acceptLater()
    }
  }

  /** Accepts until EAGAIN or the end of the budget; returns whether there may be more. */
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

  /** Closes cached descriptors first, then an idle client. */
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
