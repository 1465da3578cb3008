import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 19,
  id: 'low-water',
  chapter: 2,
  title: {
    en: 'SO_RCVLOWAT is 100, and 50 bytes arrive. Is the socket readable?',
    zh: 'SO_RCVLOWAT 设为 100，来了 50 字节。套接字可读吗？',
  },
  belief: {
    en: 'Readable means there is at least one byte.',
    zh: '可读就是至少有一个字节。',
  },
  transcript: `
tcp c s
set s RCVLOWAT 100
ep E; add E s IN
send c 50 -> 50
wait E 20 ? -> nothing
recv s 10 ? -> 10
send c 60 -> 60
wait E -> s:IN
recv s 30 -> 30
wait E 20 ? -> nothing
queued s -> 70
`,
  questions: [
    {
      text: {
        en: '50 of 100 bytes have arrived. What does the level-triggered wait return?',
        zh: '100 字节到了 50。水平触发的等待会返回什么？',
      },
      choices: ['s:IN', 'nothing', 's:IN|HUP'],
    },
    {
      text: {
        en: 'And a recv of 10 bytes, without any event?',
        zh: '没有事件，直接 recv 10 字节呢？',
      },
      choices: ['10', 'EAGAIN', '0'],
    },
    {
      text: {
        en: "The event came with 100 bytes, and you've read 30 of them. What does the next wait return?",
        zh: '满 100 字节时来了事件，读走 30。下一次等待会返回什么？',
      },
      choices: ['s:IN', 'nothing', 's:IN|HUP'],
    },
  ],
  rule: {
    en: "SO_RCVLOWAT sets how many bytes it takes for IN. Below that even level-triggered stays silent, although recv returns what's there.",
    zh: 'SO_RCVLOWAT 改变 IN 成立的门槛：低于它时水平触发也不通知，尽管 recv 照样能取走已有的。',
  },
  fix: {
    text: {
      en: "Set it to the number of bytes your message still lacks, and read until EAGAIN. If you don't know the length, set it back to 1.",
      zh: '把它设成消息还缺的字节数，再读到 EAGAIN；长度未知时设回 1。',
    },
    transcript: `
tcp c s
set s RCVLOWAT 100
ep E; add E s IN
send c 50 -> 50
wait E 20 -> nothing
send c 50 -> 50
wait E -> s:IN
drain s -> 100, then EAGAIN
set s RCVLOWAT 1
send c 3 -> 3
wait E -> s:IN
`,
  },
  links: [
    {
      label: 'socket(7), SO_RCVLOWAT',
      url: 'https://man7.org/linux/man-pages/man7/socket.7.html',
    },
    {
      label: 'cqueues #163: does it work, and since when?',
      url: 'https://github.com/wahern/cqueues/issues/163',
    },
  ],
  kernels: [
    {
      en: 'Before Linux 2.6.28, poll and epoll ignored SO_RCVLOWAT: one byte was enough.',
      zh: 'Linux 2.6.28 之前，poll 和 epoll 不理会 SO_RCVLOWAT：一个字节就算可读。',
    },
  ],
}
