/** One entry of an epoll's interest list, as the kernel keeps it. */
export interface Interest {
  /** The number that was registered: it may be closed, or mean another file, by now. */
  fd: number
  /** Unsigned; EPOLLERR and EPOLLHUP are always among them, but after a spent EPOLLONESHOT. */
  events: number
  data: number
}

/** With the file's inode, where the kernel tells it. @internal */
export interface Row extends Interest {
  inode: number | null
}

// Old kernels end the line after data; it is not always an epoll, so other lines are passed over.
const line =
  /^tfd:\s*(\d+) events:\s*([0-9a-f]+) data:\s*([0-9a-f]+)(?:\s+pos:\s*\d+\s+ino:\s*([0-9a-f]+))?/

/** Reads the text of /proc/PID/fdinfo/FD. @internal */
export function parseRows(fdinfo: string): Row[] {
  return fdinfo.split('\n').flatMap(text => {
    const found = line.exec(text)
    if (found === null) return []
    const [, fd = '', events = '', data = '', inode] = found
    return [
      {
        fd: Number(fd),
        events: Number.parseInt(events, 16),
        data: Number.parseInt(data, 16),
        inode: inode === undefined ? null : Number.parseInt(inode, 16),
      },
    ]
  })
}

/** The same as {@link Epoll.interest} gives it. @internal */
export function parseInterest(fdinfo: string): Interest[] {
  return parseRows(fdinfo).map(({ fd, events, data }) => ({ fd, events, data }))
}
