import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 18,
  id: 'datagrams',
  chapter: 2,
  title: {
    en: 'Three datagrams, and one recv for each event. How many are received?',
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
        en: 'The first of three is received. What does a wait of 20 ms return?',
        zh: '三个里收了第一个。等待 20 毫秒会返回什么？',
      },
      choices: ['b:IN', 'nothing', 'b:IN, b:IN'],
    },
    {
      text: {
        en: 'From the second, of 20 bytes, only 5 were received. What does the next recv bring?',
        zh: '第二个有 20 字节，只 recv 了 5 个。下一次 recv 会读到多少？',
      },
      choices: ['15', '30', '45'],
    },
  ],
  rule: {
    en: 'Datagrams are merged into one edge like bytes; but a recv takes a whole one, and what does not fit is lost.',
    zh: '数据报和字节一样会合并成一次边缘；但一次 recv 取走一整个，装不下的部分就丢了。',
  },
  fix: {
    text: {
      en: 'Receive until EAGAIN, with room for the largest: here a short read says nothing.',
      zh: '一直收到 EAGAIN，缓冲区要装得下最大的数据报：在这里短读说明不了什么。',
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
      label: 'tnfsd #27: one of 32 datagrams was answered',
      url: 'https://github.com/FujiNetWIFI/tnfsd/pull/27',
    },
    {
      label: 'mio #1076: a UDP socket that falls silent',
      url: 'https://github.com/tokio-rs/mio/issues/1076',
    },
  ],
}
