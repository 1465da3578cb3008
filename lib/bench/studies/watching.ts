import { Socket as NodeSocket } from 'node:net'
import { Epoll, Socket } from '../../core/index.ts'
import { EventLoop, type Registration } from '../../loop/index.ts'
import { checked, EPOLL_CTL_ADD, EPOLLIN, native } from '../../sys/index.ts'

/** A way to watch a descriptor. */
export type Way = 'epoll-ctl' | 'register' | 'register-map' | 'loop' | 'net'

/** Open descriptors, each of which can be added to the watched ones. */
export interface Watching {
  watch(i: number): void
  close(): void
}

const EFD_NONBLOCK_CLOEXEC = 0x80800

/**
 * Opens plain descriptors, without JavaScript objects, whose memory would count. If it throws SystemError (EMFILE), it
 * leaves none open.
 */
function opened(count: number): Int32Array {
  const fds = new Int32Array(count).fill(-1)
  try {
    for (let i = 0; i < count; i++)
      fds[i] = checked(native.eventfd(0, EFD_NONBLOCK_CLOEXEC), 'eventfd')
  } catch (error) {
    closeAll(fds)
    throw error
  }
  return fds
}

function closeAll(fds: Int32Array): void {
  for (const fd of fds) if (fd >= 0) native.close(fd)
}

type Watch = (epoll: Epoll, fd: number, i: number) => void

function byEpoll(count: number, watch: Watch): Watching {
  const fds = opened(count)
  const epoll = new Epoll()
  return {
    watch: i => watch(epoll, fds[i]!, i),
    close: () => {
      epoll.close()
      closeAll(fds)
    },
  }
}

function byControl(count: number): Watching {
  return byEpoll(count, (epoll, fd) => {
    checked(native.epollCtl(epoll.fileno(), EPOLL_CTL_ADD, fd, EPOLLIN, fd), 'epoll_ctl')
  })
}

/** Event data must be a number, so a Map is needed to find the object. */
function byRegisterAndMap(count: number): Watching {
  const objects = new Map<number, { readonly fd: number }>()
  return byEpoll(count, (epoll, fd, i) => {
    objects.set(i, { fd })
    epoll.register(fd, EPOLLIN, i)
  })
}

function byLoop(count: number): Watching {
  const fds = opened(count)
  const loop = new EventLoop()
  const registrations = new Array<Registration | null>(count).fill(null)
  return {
    watch: i => {
      registrations[i] = loop.add(fds[i]!, EPOLLIN, () => void fds[i])
    },
    close: () => {
      loop.close()
      closeAll(fds)
    },
  }
}

function byNet(count: number): Watching {
  const near = new Int32Array(count).fill(-1)
  const far = new Int32Array(count).fill(-1)
  const sockets = new Array<NodeSocket | null>(count).fill(null)
  const close = (): void => {
    for (const socket of sockets) socket?.destroy()
    closeAll(near.map((fd, i) => (sockets[i] === null ? fd : -1)))
    closeAll(far)
  }
  try {
    for (let i = 0; i < count; i++) {
      const [one, other] = Socket.pair()
      near[i] = one.detach()
      far[i] = other.detach()
    }
  } catch (error) {
    close()
    throw error
  }
  const ignore = (): void => {}
  return {
    watch: i => {
      sockets[i] = new NodeSocket({ fd: near[i]! }).on('data', ignore)
    },
    close,
  }
}

/** Each function opens `count` descriptors and watches none yet. */
export const watchings: Readonly<Record<Way, (count: number) => Watching>> = {
  'epoll-ctl': byControl,
  register: count => byEpoll(count, (epoll, fd) => epoll.register(fd, EPOLLIN)),
  'register-map': byRegisterAndMap,
  loop: byLoop,
  net: byNet,
}
