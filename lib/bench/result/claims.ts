/** What is said of two or three contenders of a comparison, or of a table's figure. */
export type Quantity =
  /** What the one costs over what the other does. */
  | { readonly kind: 'ratio'; readonly of: string; readonly over: string }
  /** How many nanoseconds an event of the one costs more than one of the other. */
  | { readonly kind: 'excess'; readonly of: string; readonly over: string }
  /** What the one costs beyond the last, over what the other costs beyond it. */
  | { readonly kind: 'share'; readonly of: string; readonly over: string; readonly beyond: string }
  /** What stands in this row and column. */
  | { readonly kind: 'figure'; readonly row: string; readonly column: string }

/** A figure that the documents state. */
export interface Claim {
  readonly id: string
  /** Each document with the words that stand in it, blanks and ends of lines apart. */
  readonly stands: Readonly<Record<string, string>>
  /** The id of a comparison, or of a table. */
  readonly comparison: string
  readonly quantity: Quantity
  /** Said so roughly: what still counts as that figure. */
  readonly low: number
  readonly high: number
}

/** Every figure that the documents state about what epoll and the server cost: `epollet bench verify` makes it again. */
export const claims: readonly Claim[] = [
  {
    id: 'c-of-python',
    stands: {
      'ARCHITECTURE.md':
        "the system call alone, in a C loop, takes 0.62 of what Python's `select.epoll.poll()` takes",
    },
    comparison: 'wait/1',
    quantity: { kind: 'ratio', of: 'c-epoll', over: 'python' },
    low: 0.52,
    high: 0.72,
  },
  {
    id: 'poll-of-python',
    stands: { 'ARCHITECTURE.md': '(both call the same epoll_wait), and `poll()` 0.83.' },
    comparison: 'wait/1',
    quantity: { kind: 'ratio', of: 'epoll-poll', over: 'python' },
    low: 0.73,
    high: 0.93,
  },
  {
    id: 'poll-rest',
    stands: { 'ARCHITECTURE.md': 'of it `poll()` spends about half of what Python does.' },
    comparison: 'wait/1',
    quantity: { kind: 'share', of: 'epoll-poll', over: 'python', beyond: 'c-epoll' },
    low: 0.35,
    high: 0.75,
  },
  {
    id: 'wait-beyond-c',
    stands: {
      'ARCHITECTURE.md': '`wait()`, which makes no arrays, costs 105 ns more than the C loop.',
    },
    comparison: 'wait/1',
    quantity: { kind: 'excess', of: 'epoll-wait', over: 'c-epoll' },
    low: 75,
    high: 135,
  },
  {
    id: 'nested-loop',
    stands: {
      'ARCHITECTURE.md':
        "a step of libevent's ring of 100 pairs took 1.23 of the CPU time that it takes with a blocking `Epoll.wait()`.",
    },
    comparison: 'ring/100',
    quantity: { kind: 'ratio', of: 'loop-ring', over: 'epoll-ring' },
    low: 1.1,
    high: 1.5,
  },
  {
    id: 'serve-small',
    stands: {
      'docs/serving.md': '0.7 of nginx 1.22 for a small file over 64 connections',
      'docs/serving.zh-CN.md': '64 个连接请求一个小文件时，是 nginx 1.22 的 0.7 倍',
    },
    comparison: 'serve/small',
    quantity: { kind: 'ratio', of: 'epollet', over: 'nginx' },
    low: 0.6,
    high: 0.9,
  },
  {
    id: 'server-memory',
    stands: {
      'docs/serving.md': 'an idle server takes 67 MiB of resident memory',
      'docs/serving.zh-CN.md': '空闲的服务器常驻内存 67 MiB',
    },
    comparison: 'serve/servers',
    quantity: { kind: 'figure', row: 'epollet serve', column: 'memory when idle, MiB' },
    low: 60,
    high: 75,
  },
  {
    id: 'server-start',
    stands: {
      'docs/serving.md': '0.2 to 0.4 s from the command to the first answer',
      'docs/serving.zh-CN.md': '从命令到第一个应答需要 0.2 到 0.4 秒',
    },
    comparison: 'serve/servers',
    quantity: { kind: 'figure', row: 'epollet serve', column: 'until the first answer, ms' },
    low: 130,
    high: 550,
  },
]
