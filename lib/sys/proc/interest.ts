import { readFileSync } from 'node:fs'

/** One entry of an epoll's interest list, as the kernel keeps it. */
export interface Interest {
  /** The descriptor number that was registered. By now it may be closed, or belong to another file. */
  fd: number
  /** Unsigned. Includes EPOLLERR and EPOLLHUP, except after EPOLLONESHOT has disarmed the entry. */
  events: number
  /** The epoll_data that was registered; rounded beyond 2^53. */
  data: number
  /** The epoll_data, exactly. */
  data64: bigint
}

/** An entry with the identity of its file, which the kernel reports since Linux 4.13. @internal */
export interface InterestRow extends Interest {
  inode: number | null
  /** The kernel's own dev_t, which stat(2) encodes differently. */
  device: number | null
  /** How many entries before it have the same number: kcmp(2) counts them. */
  toff: number
}

const row =
  /^tfd:\s*(\d+) events:\s*([0-9a-f]+) data:\s*([0-9a-f]+)(?:\s+pos:\s*\d+\s+ino:([0-9a-f]+) sdev:([0-9a-f]+))?/gm

function hex(text: string): number {
  return Number.parseInt(text, 16)
}

/** The interest list of an epoll. Throws the error of node:fs if /proc does not show it. @internal */
export function interestOf(epoll: number, pid: number | 'self' = 'self'): InterestRow[] {
  const text = readFileSync(`/proc/${pid}/fdinfo/${epoll}`, 'latin1')
  const seen = new Map<number, number>()
  return [...text.matchAll(row)].map(([, number, events, data, inode, device]) => {
    const fd = Number(number)
    const toff = seen.get(fd) ?? 0
    seen.set(fd, toff + 1)
    return {
      fd,
      events: hex(events!),
      data: hex(data!),
      data64: BigInt(`0x${data}`),
      inode: inode === undefined ? null : hex(inode),
      device: device === undefined ? null : hex(device),
      toff,
    }
  })
}
