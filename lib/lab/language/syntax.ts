/**
 * The scenario language's syntax tree. A program is a list of operations; a line or a `;` ends each. Names stand for
 * descriptors, and every operation is one system call but for those that say otherwise.
 */

/** A bit of an event mask as the language writes it: the kernel's name without EPOLL. */
export type Flag =
  | 'IN'
  | 'PRI'
  | 'OUT'
  | 'ERR'
  | 'HUP'
  | 'RDNORM'
  | 'RDBAND'
  | 'WRNORM'
  | 'WRBAND'
  | 'RDHUP'
  | 'EXCLUSIVE'
  | 'WAKEUP'
  | 'ONESHOT'
  | 'ET'
  /** Of poll(2), for a number that is not open: told, never asked for. */
  | 'NVAL'

/** A place in the text, both counted from 1; the column in UTF-16 units. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** What is wrong with a text, in English: what was expected, what came. */
export interface SyntaxProblem extends Place {
  readonly message: string
}

/** What is written into a descriptor: so many bytes, or these characters (as UTF-8). */
export type Payload = { readonly bytes: number } | { readonly text: string }

/** What `open` can open: never a path of the learner's. */
export type Openable = 'file' | 'directory' | 'null' | 'zero' | 'random' | 'urandom' | 'mounts'

export type SocketOption = 'RCVLOWAT' | 'SNDBUF' | 'RCVBUF' | 'RCVTIMEO' | 'NODELAY'

/** What one operation does; names are those of the program. */
export type Action =
  // What opens descriptors
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
      /** SO_REUSEPORT, at the port of this listener if it is not null. */
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
  /** dup2(2): from now on `onto` is another name for what `of` names, at the number that `onto` had. */
  | { readonly op: 'dup2'; readonly of: string; readonly onto: string }
  /** Opens descriptors until the kernel says EMFILE; `release` closes them. */
  | { readonly op: 'exhaust' }
  | { readonly op: 'release'; readonly count: number | null }
  // epoll_ctl(2), epoll_wait(2), and their older kin
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
  /** Waits again and again, without a pause and without handling anything, for so long; its result is how often it woke. */
  | { readonly op: 'spin'; readonly epoll: string; readonly forMs: number }
  | { readonly op: 'poll' | 'select'; readonly names: readonly string[] }
  // What moves bytes
  | { readonly op: 'write' | 'send' | 'sendoob'; readonly name: string; readonly payload: Payload }
  | {
      readonly op: 'read' | 'recv' | 'peek' | 'recvoob'
      readonly name: string
      /** Null for the eight bytes of a counter. */
      readonly sizeBytes: number | null
    }
  /** Writes (of so many bytes each) until EAGAIN. */
  | { readonly op: 'fill'; readonly name: string; readonly eachBytes: number }
  /** Reads (of so many bytes each) until EAGAIN or the end. */
  | { readonly op: 'drain'; readonly name: string; readonly eachBytes: number }
  /** sendfile(2) of a file of so many bytes. */
  | { readonly op: 'sendfile'; readonly name: string; readonly sizeBytes: number }
  /** FIONREAD, SIOCOUTQ, SO_ERROR: how many bytes wait to be read, are not taken yet; which error waits. */
  | { readonly op: 'queued' | 'unsent' | 'error'; readonly name: string }
  // What changes descriptors
  | {
      readonly op: 'set'
      readonly name: string
      readonly option: SocketOption
      readonly value: number
    }
  | { readonly op: 'setblocking'; readonly name: string }
  | { readonly op: 'shut'; readonly name: string; readonly how: 'RD' | 'WR' | 'RDWR' }
  | { readonly op: 'close'; readonly name: string }
  /** SO_LINGER 0, then close: the peer gets a reset. */
  | { readonly op: 'rst'; readonly name: string }
  | { readonly op: 'sleep'; readonly forMs: number }
  // Others that do operations
  /** Another thread does the operation; goes on when that is done, or sleeps in the kernel. */
  | { readonly op: 'thread'; readonly name: string; readonly action: Action }
  /** What the thread's operation came to; waits for so long. */
  | { readonly op: 'join'; readonly name: string; readonly timeoutMs: number }
  /** How many of these threads have come back from their operation. */
  | { readonly op: 'done'; readonly names: readonly string[] }
  /** Another process, which inherits these descriptors. */
  | { readonly op: 'process'; readonly name: string; readonly inherits: readonly string[] }
  /** That process does an operation. */
  | { readonly op: 'in'; readonly name: string; readonly action: Action }
  | { readonly op: 'exit'; readonly name: string }

/** One operation of a program, where it stands, and what its writer says of its outcome. */
export interface Operation extends Place {
  readonly action: Action
  /** The operation in its one spelling, without prediction mark and outcome. */
  readonly text: string
  /** Whether a `?` asks for a prediction. */
  readonly asks: boolean
  /** What stands behind `->`: a pattern for the outcome; null where nothing is expected. */
  readonly expected: string | null
}

export type Parsed =
  | { readonly operations: readonly Operation[] }
  | { readonly problems: readonly SyntaxProblem[] }
