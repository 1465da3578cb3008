import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 59,
  id: 'signal',
  chapter: 8,
  title: {
    en: 'A signal arrives while epoll_wait sleeps. Does the kernel resume the wait?',
    zh: 'epoll_wait 睡眠时来了信号。内核会继续等待吗？',
  },
  belief: {
    en: 'With SA_RESTART the kernel restarts whatever a signal interrupts, epoll_wait too.',
    zh: '用了 SA_RESTART，被信号打断的调用内核都会重新开始，epoll_wait 也一样。',
  },
  transcript: `
pipe r w
setblocking r
handler
signal_in 30
write_in 60 w
read r 1 ? -> 1
ep E
signal_in 30
epoll_wait E 300 ? -> EINTR
`,
  questions: [
    {
      text: {
        en: 'The handler has SA_RESTART. A blocking read sleeps; a signal arrives after 30 ms, a byte after 60. What does the read return?',
        zh: '处理函数带 SA_RESTART。阻塞的 read 在睡眠；30 毫秒后来信号，60 毫秒后来 1 个字节。read 返回什么？',
      },
      choices: ['1', 'EINTR'],
    },
    {
      text: {
        en: 'The same signal arrives while epoll_wait sleeps for 300 ms. What does epoll_wait return?',
        zh: '同样的信号，在 epoll_wait 睡 300 毫秒时到来。它返回什么？',
      },
      choices: ['nothing', 'EINTR'],
    },
  ],
  rule: {
    en: 'A handled signal ends epoll_wait with EINTR, with or without SA_RESTART: treat that as a normal result, not an error.',
    zh: '信号被处理后，epoll_wait 就以 EINTR 返回，有没有 SA_RESTART 都一样：把它当作正常结果，不是错误。',
  },
  fix: {
    text: {
      en: 'On EINTR, wait again for the rest of the time. Or receive signals as events, with signalfd.',
      zh: '遇到 EINTR 就再等剩下的时间。或者用 signalfd 把信号变成事件。',
    },
    transcript: `
ep E
handler
signal_in 30
epoll_wait E 300 -> EINTR
epoll_wait E 100 -> nothing
`,
  },
  links: [
    {
      label: 'signal(7), Interruption of system calls',
      url: 'https://man7.org/linux/man-pages/man7/signal.7.html',
    },
    {
      label: 'pistache #565: EINTR taken for an error',
      url: 'https://github.com/pistacheio/pistache/pull/565',
    },
  ],
  unread: {
    en: "No state here: the operations of this experiment are its own, and the lab can't run them a second time to look.",
    zh: '这里没有状态：这个实验用的是自己的操作，实验室无法为了读取状态再运行一遍。',
  },
  module: 'signals',
}
