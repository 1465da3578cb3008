// The syntax tree of the scenario language. A program is a list of operations that end at a line end or `;`. Names refer
// to descriptors. Unless noted, an operation is one system call.

/** The bits that an event mask may request: the kernel's names without EPOLL. */
export const flags = [
  'IN',
  'PRI',
  'OUT',
  'ERR',
  'HUP',
  'RDNORM',
  'RDBAND',
  'WRNORM',
  'WRBAND',
  'RDHUP',
  'EXCLUSIVE',
  'WAKEUP',
  'ONESHOT',
  'ET',
] as const

/** A bit of an event mask. NVAL comes only from poll(2), for a closed number. */
export type Flag = (typeof flags)[number] | 'NVAL'

/** A place in a text. Lines and columns count from 1; columns are UTF-16 units. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A mistake in a program. The message is in English. */
export interface SyntaxProblem extends Place {
  readonly message: string
}

/** Data to write: a number of bytes, or a text in UTF-8. */
export type Payload = { readonly bytes: number } | { readonly text: string }

/** The paths of the words that `open` takes; other paths are not allowed. A `file` is temporary and has no path. */
export const openablePaths = {
  directory: '/',
  null: '/dev/null',
  zero: '/dev/zero',
  random: '/dev/random',
  urandom: '/dev/urandom',
  mounts: '/proc/self/mounts',
} as const

export type Openable = 'file' | keyof typeof openablePaths

export const openables = ['file', ...Object.keys(openablePaths)] as readonly Openable[]

export const socketOptions = ['RCVLOWAT', 'SNDBUF', 'RCVBUF', 'RCVTIMEO', 'NODELAY'] as const

export type SocketOption = (typeof socketOptions)[number]

/** A parsed operation. Its properties are in the order of the operation's words. */
export type Action =
  // Open descriptors
  | { readonly op: 'pipe'; readonly reader: string; readonly writer: string }
  | {
      readonly op: 'pair'
      readonly a: string
      readonly b: string
      readonly type: 'stream' | 'dgram'
    }
  | { readonly op: 'tcp'; readonly client: string; readonly server: string }
  | { readonly op: 'udp'; readonly a: string; readonly b: string }
  | { readonly op: 'socket'; readonly name: string }
  | {
      readonly op: 'listen'
      readonly name: string
      readonly backlog: number
      /** With SO_REUSEPORT: on the port of this listener, or on a new port if null. */
      readonly reuseport?: string | null
    }
  | { readonly op: 'connect'; readonly name: string; readonly listener: string }
  | { readonly op: 'accept'; readonly name: string; readonly listener: string }
  | {
      readonly op: 'eventfd'
      readonly name: string
      readonly initial: number
      readonly semaphore: boolean
    }
  | {
      readonly op: 'timerfd'
      readonly name: string
      readonly initialMs: number
      readonly intervalMs: number
    }
  | { readonly op: 'open'; readonly name: string; readonly what: Openable }
  | { readonly op: 'ep'; readonly name: string }
  | { readonly op: 'dup'; readonly name: string; readonly of: string }
  /** dup2(2): `onto` keeps its number, which now refers to the file of `of`. */
  | { readonly op: 'dup2'; readonly of: string; readonly onto: string }
  /** Opens descriptors until EMFILE; `release` closes them. */
  | { readonly op: 'exhaust' }
  | { readonly op: 'release'; readonly count: number | null }
  // epoll_ctl(2), epoll_wait(2), poll(2) and select(2)
  | {
      readonly op: 'add' | 'mod'
      readonly epoll: string
      readonly name: string
      readonly mask: readonly Flag[]
    }
  | { readonly op: 'del'; readonly epoll: string; readonly name: string }
  | {
      readonly op: 'wait'
      readonly epoll: string
      readonly timeoutMs: number
      readonly maxevents: number | null
    }
  /** Waits in a loop for `forMs` without handling any event. The result is the number of wakeups. */
  | { readonly op: 'spin'; readonly epoll: string; readonly forMs: number }
  | { readonly op: 'poll' | 'select'; readonly names: readonly string[] }
  // Transfer bytes
  | { readonly op: 'write' | 'send' | 'sendoob'; readonly name: string; readonly payload: Payload }
  | {
      readonly op: 'read' | 'recv' | 'peek' | 'recvoob'
      readonly name: string
      /** Null for a counter, which has eight bytes. */
      readonly sizeBytes: number | null
    }
  /** Writes until EAGAIN. */
  | { readonly op: 'fill'; readonly name: string; readonly eachBytes: number }
  /** Reads until EAGAIN or the end of the stream. */
  | { readonly op: 'drain'; readonly name: string; readonly eachBytes: number }
  /** sendfile(2) from a new file of `sizeBytes` bytes. */
  | { readonly op: 'sendfile'; readonly name: string; readonly sizeBytes: number }
  /** FIONREAD, SIOCOUTQ and SO_ERROR. */
  | { readonly op: 'queued' | 'unsent' | 'error'; readonly name: string }
  // Change descriptors
  | {
      readonly op: 'set'
      readonly name: string
      readonly option: SocketOption
      readonly value: number
    }
  | { readonly op: 'setblocking'; readonly name: string }
  | { readonly op: 'shut'; readonly name: string; readonly how: 'RD' | 'WR' | 'RDWR' }
  | { readonly op: 'close'; readonly name: string }
  /** Sets SO_LINGER to 0 and closes, which sends a reset. */
  | { readonly op: 'rst'; readonly name: string }
  | { readonly op: 'sleep'; readonly forMs: number }
  // Threads and processes
  /** Starts an operation on another thread. Continues when the operation has finished or is blocked. */
  | { readonly op: 'thread'; readonly name: string; readonly action: Action }
  /** Waits at most `timeoutMs` for the outcome of a thread's operation. */
  | { readonly op: 'join'; readonly name: string; readonly timeoutMs: number }
  /** Counts the threads whose operation has finished. */
  | { readonly op: 'done'; readonly names: readonly string[] }
  /** Starts a child process that inherits these descriptors. */
  | { readonly op: 'process'; readonly name: string; readonly inherits: readonly string[] }
  /** Runs an operation in the child process. */
  | { readonly op: 'in'; readonly name: string; readonly action: Action }
  | { readonly op: 'exit'; readonly name: string }

/** An operation with its place and its expected outcome. */
export interface Operation extends Place {
  readonly action: Action
  /** The operation in canonical form, without `?` and outcome. */
  readonly text: string
  /** Whether a `?` asks for a prediction. */
  readonly asks: boolean
  /** The pattern after `->`, or null. */
  readonly expected: string | null
}

export type Parsed =
  | { readonly operations: readonly Operation[] }
  | { readonly problems: readonly SyntaxProblem[] }
