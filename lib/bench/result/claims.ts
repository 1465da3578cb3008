/** A quantity calculated from two or three contenders of a comparison, or a figure from a table. */
export type Quantity =
  /** The cost of `of` divided by the cost of `over`. */
  | { readonly kind: 'ratio'; readonly of: string; readonly over: string }
  /** The cost of `of` minus the cost of `over`, in nanoseconds per event. */
  | { readonly kind: 'excess'; readonly of: string; readonly over: string }
  /** The cost of `of` minus `beyond`, divided by the cost of `over` minus `beyond`. */
  | { readonly kind: 'share'; readonly of: string; readonly over: string; readonly beyond: string }
  /** The figure in this row and column. */
  | { readonly kind: 'figure'; readonly row: string; readonly column: string }

/** A figure stated in the documents, with the range in which it counts as reproduced. */
export interface Claim {
  readonly id: string
  /** The sentence that states it, by document; white space does not matter. */
  readonly sentences: Readonly<Record<string, string>>
  /** The id of a comparison, or of a table. */
  readonly comparison: string
  readonly quantity: Quantity
  readonly low: number
  readonly high: number
}

/**
 * All figures in the documents about the cost of epoll and of the server. `epollet bench verify` measures them again.
 */
export const claims: readonly Claim[] = [
  {
    id: 'c-of-python',
    sentences: {
      'README.md':
        "CPU time of `epoll_wait` in a C loop | Python's `select.epoll.poll()` | 0.62 times",
      'README.zh-CN.md':
        'C 循环里 `epoll_wait` 的 CPU 时间 | Python 的 `select.epoll.poll()` | 0.62 倍',
    },
    comparison: 'wait/1',
    quantity: { kind: 'ratio', of: 'c-epoll', over: 'python' },
    low: 0.52,
    high: 0.72,
  },
  {
    id: 'poll-of-python',
    sentences: {
      'README.md': "CPU time of `Epoll.poll()` | Python's `select.epoll.poll()` | 0.83 times",
      'README.zh-CN.md': '`Epoll.poll()` 的 CPU 时间 | Python 的 `select.epoll.poll()` | 0.83 倍',
    },
    comparison: 'wait/1',
    quantity: { kind: 'ratio', of: 'epoll-poll', over: 'python' },
    low: 0.73,
    high: 0.93,
  },
  {
    id: 'poll-rest',
    sentences: {
      'README.md': 'what `Epoll.poll()` adds to the system call | what Python adds | about half',
      'README.zh-CN.md':
        '`Epoll.poll()` 在系统调用之外的开销 | Python 在系统调用之外的开销 | 约一半',
    },
    comparison: 'wait/1',
    quantity: { kind: 'share', of: 'epoll-poll', over: 'python', beyond: 'c-epoll' },
    low: 0.35,
    high: 0.75,
  },
  {
    id: 'wait-beyond-c',
    sentences: {
      'README.md':
        'CPU time of `Epoll.wait()`, which makes no arrays | `epoll_wait` in a C loop | 105 ns more',
      'README.zh-CN.md':
        '不分配数组的 `Epoll.wait()` 的 CPU 时间 | C 循环里的 `epoll_wait` | 多 105 ns',
    },
    comparison: 'wait/1',
    quantity: { kind: 'excess', of: 'epoll-wait', over: 'c-epoll' },
    low: 75,
    high: 135,
  },
  {
    id: 'nested-loop',
    sentences: {
      'README.md':
        "CPU time of a step of libevent's ring of 100 pairs, with `EventLoop` | the same with a blocking `Epoll.wait()` | 1.23 times",
      'README.zh-CN.md':
        '用 `EventLoop` 在 libevent 的 100 对套接字环上走一步的 CPU 时间 | 用阻塞的 `Epoll.wait()` | 1.23 倍',
    },
    comparison: 'ring/100',
    quantity: { kind: 'ratio', of: 'loop-ring', over: 'epoll-ring' },
    low: 1.1,
    high: 1.5,
  },
  {
    id: 'serve-small',
    sentences: {
      'README.md':
        'CPU time of `epollet serve` for a small file, over 64 connections | nginx 1.22 | 0.7 times',
      'README.zh-CN.md':
        '64 个连接请求一个小文件时，`epollet serve` 的 CPU 时间 | nginx 1.22 | 0.7 倍',
      'docs/serving.md': '0.7 times that of nginx 1.22 for a small file over 64 connections',
      'docs/serving.zh-CN.md': '64 个连接请求一个小文件时，是 nginx 1.22 的 0.7 倍',
    },
    comparison: 'serve/small',
    quantity: { kind: 'ratio', of: 'epollet', over: 'nginx' },
    low: 0.6,
    high: 0.9,
  },
  {
    id: 'server-memory',
    sentences: {
      'README.md': 'resident memory of an idle `epollet serve` | - | 67 MiB',
      'README.zh-CN.md': '空闲的 `epollet serve` 常驻内存 | - | 67 MiB',
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
    sentences: {
      'README.md': 'time from the command to the first answer | - | 0.2 to 0.4 s',
      'README.zh-CN.md': '从命令到第一个响应的时间 | - | 0.2 到 0.4 秒',
      'docs/serving.md': '0.2 to 0.4 s from the command to the first answer',
      'docs/serving.zh-CN.md': '从命令到第一个响应需要 0.2 到 0.4 秒',
    },
    comparison: 'serve/servers',
    quantity: { kind: 'figure', row: 'epollet serve', column: 'until the first answer, ms' },
    low: 130,
    high: 550,
  },
]
