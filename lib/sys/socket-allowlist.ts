// The socket options and flags that a program may use: those whose value is plain bytes of the given length. Others are
// unsafe: they pass an address (SO_ATTACH_FILTER, TCP_ZEROCOPY_RECEIVE), let the kernel use memory after the call
// (MSG_ZEROCOPY), count in units other than bytes (SO_GET_FILTER), trust a length inside the value (IP_MSFILTER),
// replace machine-wide tables (IPT_SO_SET_REPLACE) or open a descriptor (SO_PEERPIDFD).
import { int32, rangeError } from './arguments.ts'
import { IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP, SOL_SOCKET } from './constants.ts'

interface Options {
  /** Options whose value is an int. */
  readonly ints: Readonly<Record<string, number>>
  /** Options whose value is a struct or a string. */
  readonly structs: Readonly<Record<string, number>>
}

/** Options of IPv4 and of IPv6. */
const memberships = {
  MCAST_JOIN_GROUP: 42,
  MCAST_BLOCK_SOURCE: 43,
  MCAST_UNBLOCK_SOURCE: 44,
  MCAST_LEAVE_GROUP: 45,
  MCAST_JOIN_SOURCE_GROUP: 46,
  MCAST_LEAVE_SOURCE_GROUP: 47,
}

/** By level. @internal */
export const socketOptions: ReadonlyMap<number, Options> = new Map<number, Options>([
  [
    SOL_SOCKET,
    {
      ints: {
        SO_DEBUG: 1,
        SO_REUSEADDR: 2,
        SO_TYPE: 3,
        SO_ERROR: 4,
        SO_DONTROUTE: 5,
        SO_BROADCAST: 6,
        SO_SNDBUF: 7,
        SO_RCVBUF: 8,
        SO_KEEPALIVE: 9,
        SO_OOBINLINE: 10,
        SO_PRIORITY: 12,
        SO_REUSEPORT: 15,
        SO_PASSCRED: 16,
        SO_RCVLOWAT: 18,
        SO_SNDLOWAT: 19,
        SO_DETACH_FILTER: 27,
        SO_TIMESTAMP: 29,
        SO_ACCEPTCONN: 30,
        SO_SNDBUFFORCE: 32,
        SO_RCVBUFFORCE: 33,
        SO_PASSSEC: 34,
        SO_TIMESTAMPNS: 35,
        SO_MARK: 36,
        SO_PROTOCOL: 38,
        SO_DOMAIN: 39,
        SO_RXQ_OVFL: 40,
        SO_PEEK_OFF: 42,
        SO_LOCK_FILTER: 44,
        SO_SELECT_ERR_QUEUE: 45,
        SO_BUSY_POLL: 46,
        SO_MAX_PACING_RATE: 47,
        SO_BPF_EXTENSIONS: 48,
        SO_INCOMING_CPU: 49,
        SO_ATTACH_BPF: 50,
        SO_ATTACH_REUSEPORT_EBPF: 52,
        SO_CNX_ADVICE: 53,
        SO_INCOMING_NAPI_ID: 56,
        SO_BINDTOIFINDEX: 62,
        SO_DETACH_REUSEPORT_BPF: 68,
        SO_PREFER_BUSY_POLL: 69,
        SO_BUSY_POLL_BUDGET: 70,
        SO_BUF_LOCK: 72,
        SO_RESERVE_MEM: 73,
        SO_TXREHASH: 74,
        SO_RCVMARK: 75,
        SO_PASSPIDFD: 76,
      },
      structs: {
        SO_LINGER: 13,
        SO_PEERCRED: 17,
        SO_RCVTIMEO: 20,
        SO_SNDTIMEO: 21,
        SO_BINDTODEVICE: 25,
        SO_PEERNAME: 28,
        SO_PEERSEC: 31,
        SO_TIMESTAMPING: 37,
        SO_MEMINFO: 55,
        SO_COOKIE: 57,
        SO_PEERGROUPS: 59,
        SO_TXTIME: 61,
        SO_NETNS_COOKIE: 71,
      },
    },
  ],
  [
    IPPROTO_IP,
    {
      ints: {
        IP_TOS: 1,
        IP_TTL: 2,
        IP_HDRINCL: 3,
        IP_RECVOPTS: 6,
        IP_PKTINFO: 8,
        IP_MTU_DISCOVER: 10,
        IP_RECVERR: 11,
        IP_RECVTTL: 12,
        IP_RECVTOS: 13,
        IP_MTU: 14,
        IP_FREEBIND: 15,
        IP_TRANSPARENT: 19,
        IP_RECVORIGDSTADDR: 20,
        IP_MINTTL: 21,
        IP_NODEFRAG: 22,
        IP_CHECKSUM: 23,
        IP_BIND_ADDRESS_NO_PORT: 24,
        IP_RECVFRAGSIZE: 25,
        IP_MULTICAST_TTL: 33,
        IP_MULTICAST_LOOP: 34,
        IP_MULTICAST_ALL: 49,
        IP_UNICAST_IF: 50,
        IP_LOCAL_PORT_RANGE: 51,
      },
      structs: {
        IP_OPTIONS: 4,
        IP_MULTICAST_IF: 32,
        IP_ADD_MEMBERSHIP: 35,
        IP_DROP_MEMBERSHIP: 36,
        IP_UNBLOCK_SOURCE: 37,
        IP_BLOCK_SOURCE: 38,
        IP_ADD_SOURCE_MEMBERSHIP: 39,
        IP_DROP_SOURCE_MEMBERSHIP: 40,
        ...memberships,
        SO_ORIGINAL_DST: 80,
      },
    },
  ],
  [
    IPPROTO_TCP,
    {
      ints: {
        TCP_NODELAY: 1,
        TCP_MAXSEG: 2,
        TCP_CORK: 3,
        TCP_KEEPIDLE: 4,
        TCP_KEEPINTVL: 5,
        TCP_KEEPCNT: 6,
        TCP_SYNCNT: 7,
        TCP_LINGER2: 8,
        TCP_DEFER_ACCEPT: 9,
        TCP_WINDOW_CLAMP: 10,
        TCP_QUICKACK: 12,
        TCP_THIN_LINEAR_TIMEOUTS: 16,
        TCP_THIN_DUPACK: 17,
        TCP_USER_TIMEOUT: 18,
        TCP_FASTOPEN: 23,
        TCP_NOTSENT_LOWAT: 25,
        TCP_SAVE_SYN: 27,
        TCP_FASTOPEN_CONNECT: 30,
        TCP_FASTOPEN_NO_COOKIE: 34,
        TCP_INQ: 36,
        TCP_TX_DELAY: 37,
      },
      structs: {
        TCP_INFO: 11,
        TCP_CONGESTION: 13,
        TCP_MD5SIG: 14,
        TCP_CC_INFO: 26,
        TCP_SAVED_SYN: 28,
        TCP_FASTOPEN_KEY: 33,
      },
    },
  ],
  [
    IPPROTO_UDP,
    {
      ints: {
        UDP_CORK: 1,
        UDP_NO_CHECK6_TX: 101,
        UDP_NO_CHECK6_RX: 102,
        UDP_SEGMENT: 103,
        UDP_GRO: 104,
      },
      structs: {},
    },
  ],
  [
    IPPROTO_IPV6,
    {
      ints: {
        IPV6_ADDRFORM: 1,
        IPV6_UNICAST_HOPS: 16,
        IPV6_MULTICAST_IF: 17,
        IPV6_MULTICAST_HOPS: 18,
        IPV6_MULTICAST_LOOP: 19,
        IPV6_MTU_DISCOVER: 23,
        IPV6_MTU: 24,
        IPV6_RECVERR: 25,
        IPV6_V6ONLY: 26,
        IPV6_MULTICAST_ALL: 29,
        IPV6_FLOWINFO_SEND: 33,
        IPV6_RECVPKTINFO: 49,
        IPV6_RECVHOPLIMIT: 51,
        IPV6_DONTFRAG: 62,
        IPV6_RECVTCLASS: 66,
        IPV6_TCLASS: 67,
        IPV6_AUTOFLOWLABEL: 70,
        IPV6_ADDR_PREFERENCES: 72,
        IPV6_MINHOPCOUNT: 73,
        IPV6_RECVORIGDSTADDR: 74,
        IPV6_TRANSPARENT: 75,
        IPV6_UNICAST_IF: 76,
        IPV6_RECVFRAGSIZE: 77,
        IPV6_FREEBIND: 78,
      },
      structs: {
        IPV6_ADD_MEMBERSHIP: 20,
        IPV6_DROP_MEMBERSHIP: 21,
        IPV6_JOIN_ANYCAST: 27,
        IPV6_LEAVE_ANYCAST: 28,
        ...memberships,
        IPV6_PKTINFO: 50,
        IPV6_PATHMTU: 61,
        IP6T_SO_ORIGINAL_DST: 80,
      },
    },
  ],
])

const sending = {
  MSG_OOB: 1,
  MSG_DONTROUTE: 4,
  MSG_DONTWAIT: 0x40,
  MSG_EOR: 0x80,
  MSG_CONFIRM: 0x800,
  MSG_NOSIGNAL: 0x4000,
  MSG_MORE: 0x8000,
}

const receiving = {
  MSG_OOB: 1,
  MSG_PEEK: 2,
  MSG_TRUNC: 0x20,
  MSG_DONTWAIT: 0x40,
  MSG_WAITALL: 0x100,
  MSG_ERRQUEUE: 0x2000,
  MSG_NOSIGNAL: 0x4000,
}

/** The kind of an option's value. Throws RangeError for an option that is not in the table. @internal */
export function optionKind(level: number, name: number): 'int' | 'struct' {
  const options = socketOptions.get(level)
  if (options === undefined) {
    throw rangeError('level', 'SOL_SOCKET, IPPROTO_IP, _TCP, _UDP or _IPV6', level)
  }
  if (Object.values(options.ints).includes(name)) return 'int'
  if (Object.values(options.structs).includes(name)) return 'struct'
  throw rangeError(
    'name',
    `an option of level ${level} whose value is known to be plain bytes`,
    name,
  )
}

function flagsOf(what: string, value: unknown, known: Readonly<Record<string, number>>): number {
  const all = Object.values(known).reduce((mask, flag) => mask | flag, 0)
  const flags = int32(what, value)
  if ((flags & ~all) !== 0)
    throw rangeError(what, `${Object.keys(known).join(' | ')} at most`, flags)
  return flags
}

/** Flags of send(2). @internal */
export function sendFlagsOf(name: string, value: unknown): number {
  return value === 0 ? 0 : flagsOf(name, value, sending)
}

/** Flags of recv(2). @internal */
export function receiveFlagsOf(name: string, value: unknown): number {
  return value === 0 ? 0 : flagsOf(name, value, receiving)
}
