import { Socket } from '../core/index.ts'
import {
  type Address,
  apart,
  callback,
  decodeAddress,
  optionsOf,
  SO_ACCEPTCONN,
  SO_DOMAIN,
  SOL_SOCKET,
  type SystemError,
  typeError,
} from '../sys/index.ts'
import { Acceptor } from './acceptor.ts'
import { EventLoop } from './event-loop.ts'

/** The functions that a {@link Listener} calls. */
export interface ListenerHandler {
  /** Receives each connection, which is non-blocking and yours to close, and its peer's address. */
  onConnection: (connection: Socket, address: Address) => void
  /** Receives the error of a failed accept, once until accepting works again. By default, the process is warned. */
  onError?: (error: SystemError) => void
}

/**
 * Accepts connections on an {@link EventLoop}, edge-triggered, until none is waiting. When descriptors run out (EMFILE),
 * waiting clients stay in the kernel's queue and the listener tries again every 100 ms. A loop of your own would spin
 * there if it's level-triggered, because the listening socket stays readable, and stop for good if it's edge-triggered,
 * because there is no second edge. See accept(2).
 *
 * @example
 * ```ts
 * import { EventLoop, Listener, Socket } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const loop = new EventLoop()
 * const socket = new Socket()
 * socket.bind({ host: '127.0.0.1', port: 0 })
 * socket.listen()
 * const greeted = new Promise(resolve => {
 *   const onConnection = (connection: Socket) => {
 *     connection.send('hello')
 *     connection.close()
 *   }
 *   const listener = new Listener(loop, socket, { onConnection })
 *   const client = new Socket({ blocking: true })
 *   client.connect(socket.getsockname())
 *   setTimeout(() => {
 *     resolve(client.recv(100)?.toString())
 *     client.close()
 *     listener.close()
 *     loop.close()
 *   }, 100)
 * })
 * assert.equal(await greeted, 'hello')
 * ```
 */
export class Listener {
  readonly #acceptor: Acceptor

  /**
   * Takes ownership of the socket, makes it non-blocking, and begins to accept.
   *
   * @throws TypeError for a socket that isn't listening, or a wrong handler; ClosedError for a closed loop or socket
   */
  constructor(loop: EventLoop, socket: Socket, handler: ListenerHandler) {
    if (!(loop instanceof EventLoop)) throw typeError('loop', 'an EventLoop', loop)
    if (!(socket instanceof Socket)) throw typeError('socket', 'a Socket', socket)
    const { onConnection, onError = warn } = optionsOf(
      handler,
      ['onConnection', 'onError'],
      'handler',
    )
    callback('handler.onConnection', onConnection)
    callback('handler.onError', onError)
    if (socket.getsockopt(SOL_SOCKET, SO_ACCEPTCONN) === 0)
      throw typeError('socket', 'a socket that is listening', socket)
    const domain = socket.getsockopt(SOL_SOCKET, SO_DOMAIN)
    socket.setblocking(false)
    this.#acceptor = new Acceptor(loop, socket, {
      onConnection: (fd, peer) =>
        onConnection(new Socket({ domain }, { fd, owns: true }), decodeAddress(peer)),
      onAcceptError: error => apart(() => onError(error)),
    })
  }

  /** True after `close()`. */
  get closed(): boolean {
    return this.#acceptor.closed
  }

  /**
   * Stops accepting and closes the socket. If no other process shares it, the kernel resets the clients that are still
   * waiting. A second call does nothing.
   */
  close(): void {
    this.#acceptor.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

function warn({ message }: SystemError): void {
  process.emitWarning(message, 'EpolletWarning')
}
