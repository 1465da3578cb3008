import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 36,
  id: 'hup-or-rdhup',
  chapter: 5,
  title: {
    en: 'The client closed its socket. Do you get EPOLLHUP?',
    zh: '客户端关闭了套接字。会收到 EPOLLHUP 吗？',
  },
  belief: {
    en: 'EPOLLHUP arrives when the peer closes.',
    zh: '对端关闭时会收到 EPOLLHUP。',
  },
  transcript: `
tcp c s
ep L; add L s IN|RDHUP
close c
wait L ? -> s:IN|RDHUP
shut s WR
wait L ? -> s:IN|HUP|RDHUP
pair a b
ep U; add U b IN|RDHUP
close a
wait U ? -> b:IN|HUP|RDHUP
`,
  questions: [
    {
      text: {
        en: 'The TCP client closed its socket. What does the server see?',
        zh: 'TCP 客户端关闭了套接字。服务端会看到什么？',
      },
      choices: ['s:HUP', 's:IN|RDHUP', 's:IN|HUP|RDHUP', 'nothing'],
    },
    {
      text: {
        en: 'The server shuts down its own direction too. What does it see now?',
        zh: '服务端也关闭了自己的发送方向。现在会看到什么？',
      },
      choices: ['s:IN|RDHUP', 's:IN|HUP|RDHUP', 'nothing'],
    },
    {
      text: {
        en: 'A unix socket whose peer closed: what does its owner see?',
        zh: '换成 unix 套接字，对端关闭了：这一侧会看到什么？',
      },
      choices: ['b:IN|RDHUP', 'b:HUP', 'b:IN|HUP|RDHUP'],
    },
  ],
  rule: {
    en: 'HUP means that both directions are shut. A TCP peer that closes shuts only its own, and that is RDHUP.',
    zh: 'HUP 表示两个方向都关闭了。TCP 对端关闭只关掉它自己的方向，那是 RDHUP。',
  },
  fix: {
    text: {
      en: "Ask for RDHUP, read to the end, and close your own side: the kernel won't do it for you.",
      zh: '关注 RDHUP，读到流结束，再关闭自己这一侧：内核不会替你关。',
    },
    transcript: `
tcp c s
ep E; add E s IN|RDHUP|ET
close c
wait E -> s:IN|RDHUP
drain s -> 0, then 0
close s
wait E -> nothing
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLLRDHUP and EPOLLHUP',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'redis #2093: EPOLLRDHUP is not handled',
      url: 'https://github.com/redis/redis/issues/2093',
    },
  ],
}
