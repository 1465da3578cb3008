// The kernel's numbers under the kernel's names, all positive. They are those of x86-64 and arm64, where they
// agree; the flags of open(2) do not agree, and come from node:fs.

// epoll_ctl(2), epoll_create1(2)
/** For {@link EpollOptions}: a program that is executed does not inherit the descriptor. */
export const EPOLL_CLOEXEC = 0x80000
/** The operation of `register()`. */
export const EPOLL_CTL_ADD = 1
/** The operation of `unregister()`. */
export const EPOLL_CTL_DEL = 2
/** The operation of `modify()`. */
export const EPOLL_CTL_MOD = 3
/** There is something to read, somebody to accept, or the end. */
export const EPOLLIN = 1
/** Something exceptional: urgent data of TCP, a change in a sysfs or cgroup file. */
export const EPOLLPRI = 2
/** There is room to write, or a connect is decided. */
export const EPOLLOUT = 4
/** An error is waiting (SO_ERROR), or the reader of a pipe is gone. Always told, asked for or not. */
export const EPOLLERR = 8
/** Both directions are shut down. Always told, asked for or not. */
export const EPOLLHUP = 0x10
/** Normal data to read; comes with EPOLLIN. */
export const EPOLLRDNORM = 0x40
/** Priority data to read. */
export const EPOLLRDBAND = 0x80
/** Room for normal data; comes with EPOLLOUT. */
export const EPOLLWRNORM = 0x100
/** Room for priority data. */
export const EPOLLWRBAND = 0x200
/** Never told by Linux; it has a number only. */
export const EPOLLMSG = 0x400
/** The other end has sent all it will: half-closed, there may still be data to read. */
export const EPOLLRDHUP = 0x2000
/** Of several epolls that wait for one descriptor, wake not all. Only with `register()`. */
export const EPOLLEXCLUSIVE = 0x10000000
/** Keep the machine from suspending while the event is handled (CAP_BLOCK_SUSPEND). */
export const EPOLLWAKEUP = 0x20000000
/** Told once; then silent until `modify()`. */
export const EPOLLONESHOT = 0x40000000
/** Edge-triggered: told when something happens, not for as long as it lasts. */
export const EPOLLET = 0x80000000

// poll(2)
/** There is something to read, somebody to accept, or the end. */
export const POLLIN = 1
/** Something exceptional: urgent data of TCP. */
export const POLLPRI = 2
/** There is room to write, or a connect is decided. */
export const POLLOUT = 4
/** An error is waiting. Always told. */
export const POLLERR = 8
/** The other end has hung up. Always told. */
export const POLLHUP = 0x10
/** The descriptor is not open. Always told. */
export const POLLNVAL = 0x20
/** Normal data to read; comes with POLLIN. */
export const POLLRDNORM = 0x40
/** Priority data to read. */
export const POLLRDBAND = 0x80
/** Room for normal data; comes with POLLOUT. */
export const POLLWRNORM = 0x100
/** Room for priority data. */
export const POLLWRBAND = 0x200
/** Never told by Linux; it has a number only. */
export const POLLMSG = 0x400
/** The other end has sent all it will. */
export const POLLRDHUP = 0x2000

// socket(2): families and types
/** No family. */
export const AF_UNSPEC = 0
/** Sockets of this machine, named by a path: unix(7). */
export const AF_UNIX = 1
/** IPv4: ip(7). */
export const AF_INET = 2
/** IPv6: ipv6(7). */
export const AF_INET6 = 10
/** A stream of bytes, such as TCP. */
export const SOCK_STREAM = 1
/** Messages that may be lost, such as UDP. */
export const SOCK_DGRAM = 2
/** Messages in order, none lost. */
export const SOCK_SEQPACKET = 5
/** What would block answers at once. */
export const SOCK_NONBLOCK = 0x800
/** A program that is executed does not inherit the descriptor. */
export const SOCK_CLOEXEC = 0x80000
/** The backlog that `listen()` asks for; the kernel takes net.core.somaxconn at the most. */
export const SOMAXCONN = 4096

// shutdown(2)
/** Nothing more is read. */
export const SHUT_RD = 0
/** Nothing more is written: the other end reads the end. */
export const SHUT_WR = 1
/** Both. */
export const SHUT_RDWR = 2

// socket(7): options
/** The level of the options SO_*. */
export const SOL_SOCKET = 1
/** Bind although connections of before are in TIME_WAIT. */
export const SO_REUSEADDR = 2
/** SOCK_STREAM, SOCK_DGRAM ...; to read only. */
export const SO_TYPE = 3
/** The error that is waiting, as a positive errno; reading it clears it. */
export const SO_ERROR = 4
/** Datagrams may go to a broadcast address. */
export const SO_BROADCAST = 6
/** Bytes of the send buffer; the kernel doubles what is set. */
export const SO_SNDBUF = 7
/** Bytes of the receive buffer; the kernel doubles what is set. */
export const SO_RCVBUF = 8
/** Ask an idle connection whether it is still alive. */
export const SO_KEEPALIVE = 9
/** Urgent data is read among the rest. */
export const SO_OOBINLINE = 10
/** What close does with unsent data: a struct linger of two ints. */
export const SO_LINGER = 13
/** Several sockets bind one port; the kernel spreads the connections. */
export const SO_REUSEPORT = 15
/** The process at the other end of a unix socket: pid, uid and gid, three ints; to read only. */
export const SO_PEERCRED = 17
/** Readable only from that many bytes on. */
export const SO_RCVLOWAT = 18
/** Always 1 on Linux. */
export const SO_SNDLOWAT = 19
/** How long a blocking receive waits: a struct timeval. */
export const SO_RCVTIMEO = 20
/** How long a blocking send waits: a struct timeval. */
export const SO_SNDTIMEO = 21
/** Whether it listens; to read only. */
export const SO_ACCEPTCONN = 30
/** IPPROTO_*; to read only. */
export const SO_PROTOCOL = 38
/** AF_*; to read only. */
export const SO_DOMAIN = 39
/** The CPU that handles the packets, or, set on a listener, is preferred. */
export const SO_INCOMING_CPU = 49
/** The queue of the network card that the last packet came from. */
export const SO_INCOMING_NAPI_ID = 56
/** Microseconds to poll the network card instead of sleeping. */
export const SO_BUSY_POLL = 46

// ip(7), ipv6(7), tcp(7)
/** The level of the options of ip(7). */
export const IPPROTO_IP = 0
/** The level of the options TCP_*. */
export const IPPROTO_TCP = 6
/** The level of the options of udp(7). */
export const IPPROTO_UDP = 17
/** The level of the options IPV6_*. */
export const IPPROTO_IPV6 = 41
/** An IPv6 socket takes no IPv4. */
export const IPV6_V6ONLY = 26
/** Send at once, do not gather small pieces (Nagle). */
export const TCP_NODELAY = 1
/** The largest segment. */
export const TCP_MAXSEG = 2
/** Send full segments only, until it is cleared. */
export const TCP_CORK = 3
/** Seconds of silence before the first question of SO_KEEPALIVE. */
export const TCP_KEEPIDLE = 4
/** Seconds between the questions of SO_KEEPALIVE. */
export const TCP_KEEPINTVL = 5
/** Questions of SO_KEEPALIVE without an answer before the connection is given up. */
export const TCP_KEEPCNT = 6
/** How often a connect is tried. */
export const TCP_SYNCNT = 7
/** Seconds in FIN_WAIT2. */
export const TCP_LINGER2 = 8
/** Seconds for which a connection is accepted only once data has come. */
export const TCP_DEFER_ACCEPT = 9
/** The largest window to advertise. */
export const TCP_WINDOW_CLAMP = 10
/** What the kernel knows of the connection: a struct tcp_info. */
export const TCP_INFO = 11
/** Acknowledge at once; not permanent. */
export const TCP_QUICKACK = 12
/** Milliseconds for which sent data may stay unacknowledged. */
export const TCP_USER_TIMEOUT = 18
/** Data in the SYN: the length of the queue. */
export const TCP_FASTOPEN = 23
/** Writable only while fewer bytes than this are unsent. */
export const TCP_NOTSENT_LOWAT = 25

// recv(2), send(2)
/** Urgent data. */
export const MSG_OOB = 1
/** Look, and leave it there. */
export const MSG_PEEK = 2
/** Only to hosts of a network that is directly connected. */
export const MSG_DONTROUTE = 4
/** Datagrams: the real length. TCP: throw the bytes away. */
export const MSG_TRUNC = 0x20
/** Do not block, this once. */
export const MSG_DONTWAIT = 0x40
/** The end of a record. */
export const MSG_EOR = 0x80
/** Wait for all that was asked for. */
export const MSG_WAITALL = 0x100
/** No SIGPIPE; always set here. */
export const MSG_NOSIGNAL = 0x4000
/** More follows: hold small pieces back. */
export const MSG_MORE = 0x8000

// timerfd_create(2): clocks
/** The time of day; it may be set. */
export const CLOCK_REALTIME = 0
/** Time since the start, without jumps. */
export const CLOCK_MONOTONIC = 1
/** The same, and it goes on while the machine is suspended. */
export const CLOCK_BOOTTIME = 7

// openat2(2)
/** Cross no mount point. */
export const RESOLVE_NO_XDEV = 1
/** Follow no link of /proc/PID/fd and the like. */
export const RESOLVE_NO_MAGICLINKS = 2
/** Follow no symbolic link at all. */
export const RESOLVE_NO_SYMLINKS = 4
/** Stay below the directory: EXDEV for what leaves it, an absolute link too. */
export const RESOLVE_BENEATH = 8
/** The directory is the root: `..` and absolute links end there. */
export const RESOLVE_IN_ROOT = 0x10
/** Only what is in the kernel’s cache: else EAGAIN. */
export const RESOLVE_CACHED = 0x20
