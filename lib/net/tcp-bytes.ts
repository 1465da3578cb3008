import { IPPROTO_TCP, native, TCP_INFO } from '../sys/index.ts'

// struct tcp_info of linux/tcp.h, which grows only at its end.
const ackedWord = 15
const receivedWord = 16
const info = new BigUint64Array(receivedWord + 1)
const bytes = new Uint8Array(info.buffer)

/** How many bytes a TCP peer has acknowledged and sent; null if the kernel does not report it. */
export function tcpBytesOf(fd: number): { ackedBytes: number; receivedBytes: number } | null {
  if (native.getsockopt(fd, IPPROTO_TCP, TCP_INFO, bytes) < bytes.length) return null
  return { ackedBytes: Number(info[ackedWord]), receivedBytes: Number(info[receivedWord]) }
}
