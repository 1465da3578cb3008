import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 18,
  id: 'datagrams',
  chapter: 2,
  title: {
    en: 'Three datagrams, and one recv per event. How many do you get?',
    zh: '三个数据报，每个事件 recv 一次。能收到几个？',
  },
  belief: {
    en: 'UDP has messages, so each datagram is an event of its own.',
    zh: 'UDP 有消息边界，所以每个数据报都是一个单独的事件。',
  },
  transcript: `
udp a b
ep E; add E b IN|ET
send a 10 -> 10
send a 20 -> 20
send a 30 -> 30
wait E -> b:IN
recv b 1500 -> 10
wait E 20 ? -> nothing
queued b -> 20
recv b 5 -> 5
recv b 1500 ? -> 30
`,
  questions: [
    {
      text: {
        en: "You've received the first of three. What does a 20 ms wait return?",
        zh: '三个里收了第一个。等待 20 毫秒会返回什么？',
      },
      choices: ['b:IN', 'nothing', 'b:IN|ERR'],
    },
    {
      text: {
        en: 'The second has 20 bytes, and you received only 5 of them. How many bytes does the next recv return?',
        zh: '第二个有 20 字节，只 recv 了 5 个。下一次 recv 会读到多少？',
      },
      choices: ['15', '30', '45'],
    },
  ],
  rule: {
    en: "Datagrams are merged into one edge, just like bytes. But each recv takes a whole datagram, and what doesn't fit is lost.",
    zh: '数据报和字节一样会合并成一次触发；但一次 recv 取走一整个，装不下的部分就丢了。',
  },
  fix: {
    text: {
      en: "Receive until EAGAIN, with room for the largest datagram. Here, a short read doesn't tell you that nothing is left.",
      zh: '一直收到 EAGAIN，缓冲区要装得下最大的数据报：在这里，读到的字节数不足并不说明已经读空。',
    },
    transcript: `
udp a b
ep E; add E b IN|ET
send a 10 -> 10
send a 20 -> 20
send a 30 -> 30
wait E -> b:IN
recv b 1500 -> 10
recv b 1500 -> 20
recv b 1500 -> 30
recv b 1500 -> EAGAIN
wait E -> nothing
`,
  },
  links: [
    {
      label: 'epoll(7), Questions and answers: A9',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    { label: 'udp(7)', url: 'https://man7.org/linux/man-pages/man7/udp.7.html' },
    {
      label: 'tnfsd #27: only one of 32 datagrams was answered',
      url: 'https://github.com/FujiNetWIFI/tnfsd/pull/27',
    },
    {
      label: 'mio #1076: a UDP socket goes silent',
      url: 'https://github.com/tokio-rs/mio/issues/1076',
    },
  ],
}
