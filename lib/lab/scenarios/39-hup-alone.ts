import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 39,
  id: 'hup-alone',
  chapter: 5,
  title: {
    en: 'The writer of an empty pipe closed. Do you get EPOLLIN?',
    zh: '空管道的写端关闭了。会收到 EPOLLIN 吗？',
  },
  belief: {
    en: 'The end of a stream is always announced by EPOLLIN, and then read() returns 0.',
    zh: '流结束总是先来 EPOLLIN，然后 read 返回 0。',
  },
  transcript: `
pipe r w
ep L; add L r IN
close w
wait L ? -> r:HUP
read r 10 -> 0
pipe r2 w2
ep M; add M r2 IN
write w2 1 -> 1
close w2
wait M ? -> r2:IN|HUP
`,
  questions: [
    {
      text: {
        en: 'The mask is IN, the pipe is empty, and its writer is closed. What does the wait return?',
        zh: '掩码是 IN，管道是空的，写端已关闭。等待返回什么？',
      },
      choices: ['r:IN', 'r:HUP', 'r:IN|HUP', 'nothing'],
    },
    {
      text: {
        en: 'Another pipe, but with one byte left in it. What does the wait return?',
        zh: '另一条管道，里面还剩 1 个字节。等待返回什么？',
      },
      choices: ['r2:IN', 'r2:HUP', 'r2:IN|HUP'],
    },
  ],
  rule: {
    en: 'On a pipe IN means bytes, and HUP means that no writer is left. Code that tests only IN waits forever.',
    zh: '对管道来说，IN 表示有数据，HUP 表示没有写端了。只判断 IN 的代码会一直等下去。',
  },
  fix: {
    text: {
      en: "Read on IN, HUP and ERR alike: read() tells you whether it's bytes, the end or an error.",
      zh: '收到 IN、HUP、ERR 都去读：由 read 告诉你是数据、流结束，还是错误。',
    },
    transcript: `
pipe r w
ep E; add E r IN|ET
write w "last" -> 4
wait E -> r:IN
drain r -> 4, then EAGAIN
close w
wait E -> r:HUP
drain r -> 0, then 0
close r
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLLHUP',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'cats-effect #4421: EPOLLHUP was not handled, and reads stalled',
      url: 'https://github.com/typelevel/cats-effect/pull/4421',
    },
  ],
}
