// The kernel's numbers under the kernel's names, all positive. They are the same on x86-64 and arm64. The flags of
// open(2) differ, so use those of node:fs.

// epoll_ctl(2), epoll_create1(2)
/** For {@link EpollOptions}: an executed program does not inherit the descriptor. */
export const EPOLL_CLOEXEC = 0x80000
/** The operation of `register()`. */
export const EPOLL_CTL_ADD = 1
/** The operation of `unregister()`. */
export const EPOLL_CTL_DEL = 2
/** The operation of `modify()`. */
export const EPOLL_CTL_MOD = 3
/** Data, a connection to accept, or the end of the stream can be read. */
export const EPOLLIN = 1
/** An exceptional condition: TCP's urgent data, a change in a sysfs or cgroup file. */
export const EPOLLPRI = 2
/** Writing is possible, or a connect has finished. */
export const EPOLLOUT = 4
/** There is a pending error (SO_ERROR), or a pipe has no reader. Always reported, even if not requested. */
export const EPOLLERR = 8
/** Both directions are shut down. Always reported, even if not requested. */
export const EPOLLHUP = 0x10
/** Normal data can be read. Reported together with EPOLLIN. */
export const EPOLLRDNORM = 0x40
/** Priority data can be read. */
export const EPOLLRDBAND = 0x80
/** Normal data can be written. Reported together with EPOLLOUT. */
export const EPOLLWRNORM = 0x100
/** Priority data can be written. */
export const EPOLLWRBAND = 0x200
/** Linux defines this bit but never reports it. */
export const EPOLLMSG = 0x400
/** The peer has ended its stream (half-closed). There may still be data to read. */
export const EPOLLRDHUP = 0x2000
/** If several epolls wait for one descriptor, wakes one or more of them instead of all. Only for `register()`. */
export const EPOLLEXCLUSIVE = 0x10000000
/** Keeps the machine from suspending while the event is handled. Needs CAP_BLOCK_SUSPEND. */
export const EPOLLWAKEUP = 0x20000000
/** Reports one event, then none until `modify()`. */
export const EPOLLONESHOT = 0x40000000
/** Edge-triggered: reports each change once, instead of the state for as long as it lasts. */
export const EPOLLET = 0x80000000

// poll(2)
/** Data, a connection to accept, or the end of the stream can be read. */
export const POLLIN = 1
/** An exceptional condition: TCP's urgent data. */
export const POLLPRI = 2
/** Writing is possible, or a connect has finished. */
export const POLLOUT = 4
/** There is a pending error. Always reported. */
export const POLLERR = 8
/** The peer has hung up. Always reported. */
export const POLLHUP = 0x10
/** The descriptor is not open. Always reported. */
export const POLLNVAL = 0x20
/** Normal data can be read. Reported together with POLLIN. */
export const POLLRDNORM = 0x40
/** Priority data can be read. */
export const POLLRDBAND = 0x80
/** Normal data can be written. Reported together with POLLOUT. */
export const POLLWRNORM = 0x100
/** Priority data can be written. */
export const POLLWRBAND = 0x200
/** Linux defines this bit but never reports it. */
export const POLLMSG = 0x400
/** The peer has ended its stream. */
export const POLLRDHUP = 0x2000

// socket(2): families and types
/** No particular family. */
export const AF_UNSPEC = 0
/** Sockets within this machine, addressed by a path: unix(7). */
export const AF_UNIX = 1
/** IPv4: ip(7). */
export const AF_INET = 2
/** IPv6: ipv6(7). */
export const AF_INET6 = 10
/** A stream of bytes, such as TCP. */
export const SOCK_STREAM = 1
/** Messages that may be lost, such as UDP. */
export const SOCK_DGRAM = 2
/** Messages that arrive in order and are never lost. */
export const SOCK_SEQPACKET = 5
/** Calls that would block fail with EAGAIN instead. */
export const SOCK_NONBLOCK = 0x800
/** An executed program does not inherit the descriptor. */
export const SOCK_CLOEXEC = 0x80000
/** The default backlog of `listen()`. The kernel's limit is net.core.somaxconn. */
export const SOMAXCONN = 4096

// shutdown(2)
/** Shuts down reading. */
export const SHUT_RD = 0
/** Shuts down writing: the peer reads the end of the stream. */
export const SHUT_WR = 1
/** Shuts down both directions. */
export const SHUT_RDWR = 2

// socket(7): options
/** The level of SO_* options. */
export const SOL_SOCKET = 1
/** Allows bind while old connections are in TIME_WAIT. */
export const SO_REUSEADDR = 2
/** SOCK_STREAM, SOCK_DGRAM and others. Read-only. */
export const SO_TYPE = 3
/** The pending error as a positive errno. Reading clears it. */
export const SO_ERROR = 4
/** Allows datagrams to a broadcast address. */
export const SO_BROADCAST = 6
/** The send buffer's size in bytes. The kernel doubles the value that you set. */
export const SO_SNDBUF = 7
/** The receive buffer's size in bytes. The kernel doubles the value that you set. */
export const SO_RCVBUF = 8
/** Probes whether an idle connection is still alive. */
export const SO_KEEPALIVE = 9
/** Delivers urgent data as part of the normal stream. */
export const SO_OOBINLINE = 10
/** How close() treats unsent data: a struct linger of two ints. */
export const SO_LINGER = 13
/** Lets several sockets bind the same port; the kernel distributes the connections. */
export const SO_REUSEPORT = 15
/** The peer process of a unix socket: pid, uid and gid as three ints. Read-only. */
export const SO_PEERCRED = 17
/** The minimum number of bytes that makes the socket readable. */
export const SO_RCVLOWAT = 18
/** Always 1 on Linux. */
export const SO_SNDLOWAT = 19
/** The timeout of a blocking receive: a struct timeval. */
export const SO_RCVTIMEO = 20
/** The timeout of a blocking send: a struct timeval. */
export const SO_SNDTIMEO = 21
/** Whether the socket is listening. Read-only. */
export const SO_ACCEPTCONN = 30
/** IPPROTO_*. Read-only. */
export const SO_PROTOCOL = 38
/** AF_*. Read-only. */
export const SO_DOMAIN = 39
/** The CPU that handles the packets. On a listener, setting it states a preference. */
export const SO_INCOMING_CPU = 49
/** The network card's queue that received the last packet. */
export const SO_INCOMING_NAPI_ID = 56
/** How long to poll the network card instead of sleeping, in microseconds. */
export const SO_BUSY_POLL = 46

// ip(7), ipv6(7), tcp(7)
/** The level of ip(7) options. */
export const IPPROTO_IP = 0
/** The level of TCP_* options. */
export const IPPROTO_TCP = 6
/** The level of udp(7) options. */
export const IPPROTO_UDP = 17
/** The level of IPV6_* options. */
export const IPPROTO_IPV6 = 41
/** The IPv6 socket does not accept IPv4. */
export const IPV6_V6ONLY = 26
/** Sends small pieces immediately (no Nagle algorithm). */
export const TCP_NODELAY = 1
/** The largest segment, in bytes. */
export const TCP_MAXSEG = 2
/** Sends only full segments until it is cleared. */
export const TCP_CORK = 3
/** Seconds of silence before the first probe of SO_KEEPALIVE. */
export const TCP_KEEPIDLE = 4
/** Seconds between the probes of SO_KEEPALIVE. */
export const TCP_KEEPINTVL = 5
/** Unanswered probes of SO_KEEPALIVE before the connection is dropped. */
export const TCP_KEEPCNT = 6
/** How many times a connect is retried. */
export const TCP_SYNCNT = 7
/** How long a closed connection stays in FIN_WAIT2, in seconds. */
export const TCP_LINGER2 = 8
/** How long accept waits for a connection's first data, in seconds. */
export const TCP_DEFER_ACCEPT = 9
/** The largest window to advertise, in bytes. */
export const TCP_WINDOW_CLAMP = 10
/** The kernel's statistics of the connection: a struct tcp_info. */
export const TCP_INFO = 11
/** Acknowledges received data immediately. Not permanent. */
export const TCP_QUICKACK = 12
/** How long sent data may stay unacknowledged, in milliseconds. */
export const TCP_USER_TIMEOUT = 18
/** Accepts data in the SYN: the value is the queue length. */
export const TCP_FASTOPEN = 23
/** The socket is writable only while fewer unsent bytes than this are queued. */
export const TCP_NOTSENT_LOWAT = 25

// recv(2), send(2)
/** Urgent data. */
export const MSG_OOB = 1
/** Reads the data without removing it. */
export const MSG_PEEK = 2
/** Sends only to directly connected networks. */
export const MSG_DONTROUTE = 4
/** Received: the buffer for control messages was too small. */
export const MSG_CTRUNC = 8
/** Datagrams: returns the full length. TCP: discards the bytes. */
export const MSG_TRUNC = 0x20
/** Does not block in this call. */
export const MSG_DONTWAIT = 0x40
/** Ends a record. */
export const MSG_EOR = 0x80
/** Waits for the full length. */
export const MSG_WAITALL = 0x100
/** Receives from the socket's error queue, for example after IP_RECVERR. */
export const MSG_ERRQUEUE = 0x2000
/** Raises no SIGPIPE. This package always sets it. */
export const MSG_NOSIGNAL = 0x4000
/** More data will follow, and small pieces wait for it. */
export const MSG_MORE = 0x8000

// recvmsg(2), sendmsg(2): types of control messages at SOL_SOCKET
/** Open descriptors: ints. */
export const SCM_RIGHTS = 1
/** The sender's process, user and group: three ints. Needs SO_PASSCRED. */
export const SCM_CREDENTIALS = 2

// timerfd_create(2): clocks
/** The time of day, which can be set. */
export const CLOCK_REALTIME = 0
/** The time since boot, not counting suspended time. Never jumps. */
export const CLOCK_MONOTONIC = 1
/** The time since boot, including suspended time. */
export const CLOCK_BOOTTIME = 7

// openat2(2)
/** Does not cross mount points. */
export const RESOLVE_NO_XDEV = 1
/** Does not follow magic links such as /proc/PID/fd/N. */
export const RESOLVE_NO_MAGICLINKS = 2
/** Does not follow symbolic links. */
export const RESOLVE_NO_SYMLINKS = 4
/** Stays below the directory: fails with EXDEV if the path, or a link in it, leads out. */
export const RESOLVE_BENEATH = 8
/** Treats the directory as the root, so `..` and absolute links stay below it. */
export const RESOLVE_IN_ROOT = 0x10
/** Uses only the kernel's cache: fails with EAGAIN if the path is not cached. */
export const RESOLVE_CACHED = 0x20
