// Facts that only sock_diag(7) has: how many connections a listening socket may queue, and the peer of a unix socket.
import { readlinkSync } from 'node:fs'
import { endianness } from 'node:os'
import { native } from '../native.ts'

/** @internal */
export interface SocketDetail {
  /** Of a listening socket: how many connections may wait to be accepted, and how many do. */
  readonly queue: { readonly length: number; readonly max: number } | null
  /** Of a unix socket: the inode of the socket that it is connected to. */
  readonly peer: number | null
}

const AF_UNIX = 1
const AF_INET = 2
const AF_INET6 = 10
const AF_NETLINK = 16
const SOCK_DGRAM_CLOEXEC = 0x80002
const NETLINK_SOCK_DIAG = 4
const SOCK_DIAG_BY_FAMILY = 20
/** NLM_F_REQUEST | NLM_F_DUMP */
const dump = 0x301
const NLMSG_DONE = 3
const IPPROTO_TCP = 6
const TCP_LISTEN = 10
/** UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN */
const showPeerAndQueue = 0x14
const UNIX_DIAG_PEER = 2
const UNIX_DIAG_RQLEN = 4
const headerBytes = 16
const littleEndian = endianness() === 'LE'

/** struct inet_diag_req_v2: listening TCP sockets of a family. */
function inetRequest(family: number): Uint8Array {
  const body = new Uint8Array(56)
  body[0] = family
  body[1] = IPPROTO_TCP
  new DataView(body.buffer).setUint32(4, 1 << TCP_LISTEN, littleEndian)
  return body
}

/** struct unix_diag_req: all unix sockets. */
function unixRequest(): Uint8Array {
  const body = new Uint8Array(24)
  body[0] = AF_UNIX
  const view = new DataView(body.buffer)
  view.setUint32(4, 0xffffffff, littleEndian)
  view.setUint32(12, showPeerAndQueue, littleEndian)
  return body
}

type Row = [inode: number, detail: SocketDetail]

/** struct inet_diag_msg */
function inetRow(view: DataView): Row {
  const word = (at: number): number => view.getUint32(at, littleEndian)
  return [word(68), { queue: { length: word(56), max: word(60) }, peer: null }]
}

/** struct unix_diag_msg, then attributes. */
function unixRow(view: DataView): Row {
  const isListening = view.getUint8(2) === TCP_LISTEN
  let peer: number | null = null
  let queue: SocketDetail['queue'] = null
  for (let at = 16; at + 4 <= view.byteLength; ) {
    const length = view.getUint16(at, littleEndian)
    const type = view.getUint16(at + 2, littleEndian)
    if (length < 4) break
    if (type === UNIX_DIAG_PEER) peer = view.getUint32(at + 4, littleEndian)
    else if (type === UNIX_DIAG_RQLEN && isListening)
      queue = {
        length: view.getUint32(at + 4, littleEndian),
        max: view.getUint32(at + 8, littleEndian),
      }
    at += (length + 3) & ~3
  }
  return [view.getUint32(4, littleEndian), { queue, peer }]
}

/** Sends one dump request, and reads its answers to their end. No rows if the kernel lacks it. */
function dumped(body: Uint8Array, rowOf: (view: DataView) => Row): Row[] {
  const fd = native.socket(AF_NETLINK, SOCK_DGRAM_CLOEXEC, NETLINK_SOCK_DIAG)
  if (fd < 0) return []
  try {
    const message = new Uint8Array(headerBytes + body.length)
    const head = new DataView(message.buffer)
    head.setUint32(0, message.length, littleEndian)
    head.setUint16(4, SOCK_DIAG_BY_FAMILY, littleEndian)
    head.setUint16(6, dump, littleEndian)
    message.set(body, headerBytes)
    if (native.send(fd, message, 0, message.length, 0) < 0) return []
    return answersOn(fd, rowOf)
  } finally {
    native.close(fd)
  }
}

function answersOn(fd: number, rowOf: (view: DataView) => Row): Row[] {
  const buffer = new Uint8Array(65_536)
  const rows: Row[] = []
  for (;;) {
    const count = native.recv(fd, buffer, 0, buffer.length, 0)
    if (count <= 0) return rows
    for (let at = 0; at + headerBytes <= count; ) {
      const view = new DataView(buffer.buffer, at, count - at)
      const length = view.getUint32(0, littleEndian)
      const type = view.getUint16(4, littleEndian)
      if (type === NLMSG_DONE || length < headerBytes || length > count - at) return rows
      if (type !== SOCK_DIAG_BY_FAMILY) return rows // NLMSG_ERROR
      rows.push(rowOf(new DataView(buffer.buffer, at + headerBytes, length - headerBytes)))
      at += (length + 3) & ~3
    }
  }
}

function networkOf(pid: number | 'self'): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch {
    return ''
  }
}

/** Details by inode. Empty for a process in another network namespace, which sock_diag doesn't show. @internal */
export function socketDetails(pid: number): ReadonlyMap<number, SocketDetail> {
  if (networkOf(pid) !== networkOf('self')) return new Map()
  return new Map([
    ...dumped(inetRequest(AF_INET), inetRow),
    ...dumped(inetRequest(AF_INET6), inetRow),
    ...dumped(unixRequest(), unixRow),
  ])
}
