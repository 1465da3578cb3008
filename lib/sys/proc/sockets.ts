import { endianness } from 'node:os'
import { hostIn, hostPort } from '../address.ts'
import { AF_INET, AF_INET6 } from '../constants.ts'
import { fileText } from './file-text.ts'

/** The facts of /proc/PID/net about a socket. @internal */
export interface SocketInfo {
  /** Protocol and addresses: `TCP 127.0.0.1:80 -> 127.0.0.1:5000`. */
  readonly name: string
  /** Of TCP: `ESTABLISHED`, `CLOSE_WAIT`, `LISTEN` and so on. Null for other protocols. */
  readonly state: string | null
  /** The bytes to read; of a listening socket, the connections to accept. Null if /proc doesn't show it. */
  readonly unread: number | null
  /** The bytes that the peer hasn't acknowledged, or that still wait to be sent. Null if /proc doesn't show it. */
  readonly unsent: number | null
}

/** By number, as include/net/tcp_states.h has them. */
const states = [
  '',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'NEW_SYN_RECV',
]
/** By number, as include/uapi/linux/netlink.h has them. */
const netlinks: Readonly<Record<string, string>> = {
  0: 'ROUTE',
  4: 'SOCK_DIAG',
  6: 'XFRM',
  9: 'AUDIT',
  10: 'FIB_LOOKUP',
  11: 'CONNECTOR',
  12: 'NETFILTER',
  15: 'KOBJECT_UEVENT',
  16: 'GENERIC',
}
const unixRow = /^[0-9a-f]+: (?:[0-9A-F]{8} ){3}[0-9A-F]{4} [0-9A-F]{2} +(\d+)(?: (.+))?$/s

/** Reads an address of /proc/PID/net/tcp: `0100007F:1ED2` is 127.0.0.1:7890. @internal */
export function endpoint(text: string, littleEndian: boolean = endianness() === 'LE'): string {
  const [host = '', port = ''] = text.split(':')
  // The kernel writes the address as 32-bit words in the machine's byte order.
  const bytes = Buffer.alloc(16)
  const family = bytes.write(host, 'hex') === 4 ? AF_INET : AF_INET6
  if (littleEndian) bytes.swap32()
  return hostPort(hostIn(family, bytes), Number.parseInt(port, 16))
}

type Row = [inode: string, info: SocketInfo]

function hex(text: string): number {
  return Number.parseInt(text, 16)
}

function inet(protocol: 'TCP' | 'UDP' | 'raw', rows: string[]): Row[] {
  return rows.flatMap(row => {
    const [, local, remote, code = '', queues = '', , , , , inode] = row.trim().split(/\s+/)
    if (local === undefined || remote === undefined || inode === undefined) return []
    const state = protocol === 'TCP' ? (states[hex(code)] ?? null) : null
    const [unsent = '', unread = ''] = queues.split(':')
    const from = `${protocol} ${endpoint(local)}`
    const to = remote.endsWith(':0000') ? from : `${from} -> ${endpoint(remote)}`
    const name = state === 'LISTEN' ? `${from} listening` : to
    // The kernel counts the peer's FIN as a byte until it is read.
    const end = state === 'CLOSE_WAIT' || state === 'LAST_ACK' || state === 'CLOSING' ? 1 : 0
    return [[inode, { name, state, unread: Math.max(0, hex(unread) - end), unsent: hex(unsent) }]]
  })
}

function unix(rows: string[]): Row[] {
  return rows.flatMap(row => {
    const [, inode, path = '(no name)'] = unixRow.exec(row) ?? []
    if (inode === undefined) return []
    return [[inode, { name: `unix ${path}`, state: null, unread: null, unsent: null }]]
  })
}

function netlink(rows: string[]): Row[] {
  return rows.flatMap(row => {
    const [, protocol = '', port, , unread, unsent, , , , inode] = row.trim().split(/\s+/)
    if (inode === undefined) return []
    const name = `netlink ${netlinks[protocol] ?? protocol} port ${port}`
    return [[inode, { name, state: null, unread: Number(unread), unsent: Number(unsent) }]]
  })
}

function packet(rows: string[]): Row[] {
  return rows.flatMap(row => {
    const [, , , protocol, iface, , unread, , inode] = row.trim().split(/\s+/)
    if (inode === undefined) return []
    const name = `packet protocol 0x${protocol} interface ${iface === '0' ? 'any' : iface}`
    return [[inode, { name, state: null, unread: Number(unread), unsent: null }]]
  })
}

/** No rows if the kernel has no such sockets, or the process has ended. */
function rowsOf(pid: number, table: string): string[] {
  return fileText(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1)
}

/** The sockets of a process's network namespace, by inode. @internal */
export function socketsOf(pid: number): ReadonlyMap<string, SocketInfo> {
  return new Map([
    ...inet('TCP', rowsOf(pid, 'tcp')),
    ...inet('TCP', rowsOf(pid, 'tcp6')),
    ...inet('UDP', rowsOf(pid, 'udp')),
    ...inet('UDP', rowsOf(pid, 'udp6')),
    ...inet('raw', rowsOf(pid, 'raw')),
    ...inet('raw', rowsOf(pid, 'raw6')),
    ...unix(rowsOf(pid, 'unix')),
    ...netlink(rowsOf(pid, 'netlink')),
    ...packet(rowsOf(pid, 'packet')),
  ])
}
