import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 36,
  id: 'hup-or-rdhup',
  chapter: 5,
  title: {
    en: 'The client has closed. Is that EPOLLHUP?',
    zh: '客户端关闭了连接。这就是 EPOLLHUP 吗？',
  },
  belief: {
    en: 'EPOLLHUP comes when the peer has closed.',
    zh: '对端关闭连接时会收到 EPOLLHUP。',
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
        en: 'The TCP client has closed its socket. What does the server see?',
        zh: 'TCP 客户端关闭了套接字。服务端会看到什么？',
      },
      choices: ['s:HUP', 's:IN|RDHUP', 's:IN|HUP|RDHUP', 'nothing'],
    },
    {
      text: {
        en: 'The server ends its own direction too. What does it see now?',
        zh: '服务端也结束了自己的方向。现在会看到什么？',
      },
      choices: ['s:IN|RDHUP', 's:IN|HUP|RDHUP', 'nothing'],
    },
    {
      text: {
        en: 'A unix socket whose peer has closed: and there?',
        zh: '换成 unix 套接字，对端关闭了：又会看到什么？',
      },
      choices: ['b:IN|RDHUP', 'b:HUP', 'b:IN|HUP|RDHUP'],
    },
  ],
  rule: {
    en: 'HUP means that both directions are down; a TCP peer that closes ends only its own, and that is RDHUP.',
    zh: 'HUP 表示两个方向都断了；TCP 对端关闭只结束它自己的方向，那是 RDHUP。',
  },
  fix: {
    text: {
      en: 'Ask for RDHUP, read to the end, and close your own side: nobody else will.',
      zh: '关注 RDHUP，读到流结束，再关闭自己这一侧：没有别人会替你关。',
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
