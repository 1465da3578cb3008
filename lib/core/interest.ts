/** One entry of an epoll's interest list, as the kernel keeps it. */
export interface Interest {
  /** The number that was registered: it may be closed, or mean another file, by now. */
  fd: number
  /** Unsigned; EPOLLERR and EPOLLHUP are always among them, but after a spent EPOLLONESHOT. */
  events: number
  data: number
}

// Old kernels end the line after data; it is not always an epoll, so other lines are passed over.
const line = /^tfd:\s*(\d+) events:\s*([0-9a-f]+) data:\s*([0-9a-f]+)/

/** Reads the text of /proc/PID/fdinfo/FD. @internal */
export function parseInterest(fdinfo: string): Interest[] {
  return fdinfo.split('\n').flatMap(text => {
    const found = line.exec(text)
    if (found === null) return []
    const [, fd = '', events = '', data = ''] = found
    return [
      { fd: Number(fd), events: Number.parseInt(events, 16), data: Number.parseInt(data, 16) },
    ]
  })
}
