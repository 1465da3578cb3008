import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 59,
  id: 'signal',
  chapter: 8,
  title: {
    en: 'A signal comes while epoll_wait sleeps. Does the kernel go on with the wait?',
    zh: 'epoll_wait 睡眠时来了信号。内核会继续等待吗？',
  },
  belief: {
    en: 'With SA_RESTART the kernel restarts what a signal interrupts, epoll_wait too.',
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
        en: 'The handler has SA_RESTART. A blocking read sleeps; a signal comes after 30 ms, a byte after 60. What does the read return?',
        zh: '处理函数带 SA_RESTART。阻塞的 read 在睡眠；30 毫秒后来信号，60 毫秒后来 1 个字节。read 返回什么？',
      },
      choices: ['1', 'EINTR', 'EAGAIN'],
    },
    {
      text: {
        en: 'The same signal while epoll_wait sleeps for 300 ms. What does that return?',
        zh: '同样的信号，在 epoll_wait 睡 300 毫秒时到来。它返回什么？',
      },
      choices: ['nothing', 'EINTR', 'EAGAIN'],
    },
  ],
  rule: {
    en: 'A signal that is handled ends epoll_wait with EINTR, SA_RESTART or not: it is an answer, and no error.',
    zh: '信号被处理后，epoll_wait 就以 EINTR 返回，有没有 SA_RESTART 都一样：这是一种回答，不是错误。',
  },
  fix: {
    text: {
      en: 'On EINTR wait again, for what is left of the time. Or take signals as events, with signalfd.',
      zh: '遇到 EINTR 就再等，等剩下的时间。或者用 signalfd 把信号变成事件。',
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
    en: 'The state is not read here: the run has words of its own, which cannot be replayed.',
    zh: '这里不读取状态：这次运行用到语言之外的操作，无法重放。',
  },
  module: 'signals',
}
