// The socket that an HttpServer listens on: a new one, or one that the program has.
import { Socket } from '../core/index.ts'
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  bool,
  IPPROTO_TCP,
  integer,
  optionsOf,
  SO_ACCEPTCONN,
  SO_DOMAIN,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOL_SOCKET,
  TCP_DEFER_ACCEPT,
  TCP_NODELAY,
  typeError,
} from '../sys/index.ts'
import { deferAcceptS } from './limits.ts'

/** A TCP address to listen on. */
export interface TcpAddress {
  /** An IP address; 127.0.0.1 by default. */
  host?: string
  /** 0 to 65535; the kernel chooses a free port for 0. */
  port: number
  /** Lets other sockets of this user listen on the same port: SO_REUSEPORT of socket(7). False by default. */
  reusePort?: boolean
  /** How many connections may wait to be accepted; 4096 by default, and at most net.core.somaxconn. See listen(2). */
  backlog?: number
}

/** A unix socket to listen on. See unix(7). */
export interface UnixAddress {
  /** A path, which stays after the server is closed: delete it before you listen again. A leading NUL is abstract. */
  path: string
  /** How many connections may wait to be accepted; 4096 by default, and at most net.core.somaxconn. See listen(2). */
  backlog?: number
}

/** A listening socket that the program already has, for example from another process. */
export interface ListeningFd {
  /** The descriptor's number. The server owns it from then on, and makes it non-blocking. */
  fd: number
}

/** Everything that an HttpServer can listen on. */
export type ListenAddress = TcpAddress | UnixAddress | ListeningFd

interface AnyAddress {
  host?: unknown
  port?: unknown
  path?: unknown
  fd?: unknown
  reusePort?: unknown
  backlog?: unknown
}

const names = {
  tcp: ['host', 'port', 'reusePort', 'backlog'],
  unix: ['path', 'backlog'],
  fd: ['fd'],
} as const

/** Returns a non-blocking socket that listens. Throws as {@link HttpServer.listen} says. */
export function listeningSocket(address: ListenAddress): Socket {
  const given = address as AnyAddress | null | undefined
  const kind =
    typeof given !== 'object' || given === null
      ? 'tcp'
      : 'fd' in given
        ? 'fd'
        : 'path' in given
          ? 'unix'
          : 'tcp'
  const all = optionsOf<AnyAddress>(address, names[kind], 'address')
  if (kind === 'fd') return adopted(integer('address.fd', all.fd, 0, 2 ** 31 - 1))
  const backlog = integer('address.backlog', all.backlog ?? 4096, 0, 2 ** 31 - 1)
  return kind === 'unix' ? unix(all.path, backlog) : tcp(all, backlog)
}

function adopted(fd: number): Socket {
  const socket = Socket.fromfd(fd)
  try {
    if (socket.getsockopt(SOL_SOCKET, SO_ACCEPTCONN) === 0)
      throw typeError('address.fd', 'a socket that is listening', fd)
    socket.setblocking(false)
    const domain = socket.getsockopt(SOL_SOCKET, SO_DOMAIN)
    if (domain === AF_INET || domain === AF_INET6) tune(socket)
    return socket
  } catch (error) {
    // The caller keeps what it gave.
    socket.detach()
    throw error
  }
}

function unix(path: unknown, backlog: number): Socket {
  if (typeof path !== 'string' || path === '') throw typeError('address.path', 'a path', path)
  return opened(AF_UNIX, socket => {
    socket.bind({ path })
    socket.listen(backlog)
  })
}

function tcp({ host = '127.0.0.1', port, reusePort = false }: AnyAddress, backlog: number): Socket {
  if (typeof host !== 'string' || host === '')
    throw typeError('address.host', 'an IP address', host)
  const number = integer('address.port', port, 0, 65535)
  const shares = bool('address.reusePort', reusePort)
  return opened(host.includes(':') ? AF_INET6 : AF_INET, socket => {
    socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    if (shares) socket.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
    tune(socket)
    socket.bind({ host, port: number })
    socket.listen(backlog)
  })
}

/** Accepted sockets inherit both options. */
function tune(socket: Socket): void {
  socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
  // The kernel hands a connection over when its first bytes have arrived, usually a whole request.
  socket.setsockopt(IPPROTO_TCP, TCP_DEFER_ACCEPT, deferAcceptS)
}

function opened(domain: number, prepare: (socket: Socket) => void): Socket {
  const socket = new Socket({ domain })
  try {
    prepare(socket)
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}
