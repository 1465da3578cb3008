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
    en: 'The timeout of epoll_wait is as exact as I want.',
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
        en: 'epoll_wait takes whole milliseconds, so 0.1 has to be rounded. Rounded up to 1, how long is the shortest of 20 waits?',
        zh: 'epoll_wait 只收整毫秒，0.1 必须取整。向上取成 1，20 次等待里最短的一次有多久？',
      },
      choices: ['0.* ms', '1.* ms', '2.* ms'],
    },
    {
      text: {
        en: 'Rounded down to 0?',
        zh: '向下取成 0 呢？',
      },
      choices: ['0.* ms', '1.* ms', '2.* ms'],
    },
    {
      text: {
        en: 'And epoll_pwait2, which takes nanoseconds, with 0.1 ms?',
        zh: 'epoll_pwait2 以纳秒计，给它 0.1 毫秒呢？',
      },
      choices: ['0.* ms', '1.* ms', 'ENOSYS'],
    },
  ],
  rule: {
    en: 'epoll_wait counts in milliseconds: round up and you wait too long, round down and you spin; epoll_pwait2 takes nanoseconds.',
    zh: 'epoll_wait 以毫秒计时：向上取整等得太久，向下取整就会空转；epoll_pwait2 以纳秒计。',
  },
  fix: {
    text: {
      en: 'Round up in epoll_wait; where less than a millisecond counts, use epoll_pwait2, or a timerfd.',
      zh: '用 epoll_wait 就向上取整；不到一毫秒也要计较时，用 epoll_pwait2 或 timerfd。',
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
      range: 'before 5.11',
      text: {
        en: 'There is no epoll_pwait2: ENOSYS.',
        zh: '没有 epoll_pwait2：返回 ENOSYS。',
      },
    },
  ],
  unread: {
    en: 'The state is not read here: the run has words of its own, which cannot be replayed.',
    zh: '这里不读取状态：这次运行用到语言之外的操作，无法重放。',
  },
  module: 'timeouts',
}
