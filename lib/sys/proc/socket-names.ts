import { endianness } from 'node:os'
import { hostIn, hostPort } from '../address.ts'
import { AF_INET, AF_INET6 } from '../constants.ts'
import { fileText } from './file-text.ts'

const listening = '0A'
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

type Named = [inode: string, name: string]

function inetNames(protocol: string, rows: string[]): Named[] {
  return rows.flatMap(row => {
    const [, local, remote, state, , , , , , inode] = row.trim().split(/\s+/)
    if (local === undefined || remote === undefined || inode === undefined) return []
    const name = `${protocol} ${endpoint(local)}`
    if (protocol === 'TCP' && state === listening) return [[inode, `${name} listening`]]
    return [[inode, remote.endsWith(':0000') ? name : `${name} -> ${endpoint(remote)}`]]
  })
}

function unixNames(rows: string[]): Named[] {
  return rows.flatMap(row => {
    const [, inode, path = '(no name)'] = unixRow.exec(row) ?? []
    return inode === undefined ? [] : [[inode, `unix ${path}`]]
  })
}

/** No rows if the kernel has no IPv6, or the process has ended. */
function rowsOf(pid: number, table: string): string[] {
  return fileText(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1)
}

/** The protocol and addresses of each socket in a process's network namespace, by inode. @internal */
export function socketNames(pid: number): ReadonlyMap<string, string> {
  return new Map([
    ...inetNames('TCP', rowsOf(pid, 'tcp')),
    ...inetNames('TCP', rowsOf(pid, 'tcp6')),
    ...inetNames('UDP', rowsOf(pid, 'udp')),
    ...inetNames('UDP', rowsOf(pid, 'udp6')),
    ...unixNames(rowsOf(pid, 'unix')),
  ])
}
