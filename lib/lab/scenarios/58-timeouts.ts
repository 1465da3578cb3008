import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 58,
  id: 'timeouts',
  chapter: 8,
  title: {
    en: 'You want to wait 0.1 ms. How long does epoll_wait take?',
    zh: '想等待 0.1 毫秒。epoll_wait 会等多久？',
  },
  belief: {
    en: 'The timeout of epoll_wait is as precise as I like.',
    zh: 'epoll_wait 的超时想多精确就多精确。',
  },
  transcript: `
ep E
time_wait E 1 ? -> 1.* ms
time_wait E 0 ? -> 0.* ms
time_pwait2 E 0.1 ? -> 0.* ms
`,
  questions: [
    {
      text: {
        en: 'epoll_wait takes whole milliseconds, so you have to round 0.1. You round up to 1: how long is the shortest of 20 waits?',
        zh: 'epoll_wait 只收整毫秒，0.1 必须取整。向上取成 1：20 次等待里最短的一次有多久？',
      },
      choices: ['0.* ms', '1.* ms', '2.* ms'],
    },
    {
      text: {
        en: 'You round down to 0: how long is it now?',
        zh: '向下取成 0：现在有多久？',
      },
      choices: ['0.* ms', '1.* ms', '2.* ms'],
    },
    {
      text: {
        en: 'epoll_pwait2 takes nanoseconds. How long does it wait for 0.1 ms?',
        zh: 'epoll_pwait2 以纳秒计。给它 0.1 毫秒，会等多久？',
      },
      choices: ['0.* ms', '1.* ms', 'ENOSYS'],
    },
  ],
  rule: {
    en: 'epoll_wait counts in milliseconds: round up and you wait too long, round down and you spin. epoll_pwait2 takes nanoseconds.',
    zh: 'epoll_wait 以毫秒计时：向上取整等得太久，向下取整就会空转。epoll_pwait2 以纳秒计。',
  },
  fix: {
    text: {
      en: 'Round up for epoll_wait. If less than a millisecond matters, use epoll_pwait2 or a timerfd.',
      zh: '用 epoll_wait 就向上取整。不到一毫秒也要计较时，用 epoll_pwait2 或 timerfd。',
    },
    transcript: `
ep E
time_pwait2 E 0.1 -> 0.* ms
time_pwait2 E 0.5 -> 0.* ms
time_wait E 1 -> 1.* ms
`,
  },
  links: [
    {
      label: 'epoll_wait(2), epoll_pwait2',
      url: 'https://man7.org/linux/man-pages/man2/epoll_wait.2.html',
    },
    {
      label: 'libtorrent #757: microseconds rounded down, and a busy loop',
      url: 'https://github.com/rakshasa/libtorrent/pull/757',
    },
  ],
  kernels: [
    {
      en: "Before Linux 5.11 there's no epoll_pwait2: the call fails with ENOSYS.",
      zh: 'Linux 5.11 之前没有 epoll_pwait2：调用返回 ENOSYS。',
    },
  ],
  unread: {
    en: "No state here: the operations of this experiment are its own, and the lab can't run them a second time to look.",
    zh: '这里没有状态：这个实验用的是自己的操作，实验室无法为了读取状态再运行一遍。',
  },
  module: 'timeouts',
}
