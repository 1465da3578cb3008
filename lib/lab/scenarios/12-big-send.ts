import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 12,
  id: 'big-send',
  chapter: 2,
  title: {
    en: 'The client sends 400000 bytes, and you read 4096 per event. How far do you get?',
    zh: '一次发送 400000 字节，每个事件读 4096。能读到多少？',
  },
  belief: {
    en: 'A big send arrives in many pieces, and each piece is an event.',
    zh: '大块数据会分成很多片到达，每一片都是一个事件。',
  },
  transcript: `
tcp c s
ep E; add E s IN|ET
send c 400000 -> 400000
wait E 50 -> s:IN
recv s 4096 ? -> 4096
wait E 50 ? -> nothing
queued s -> >10000
wait E 50 -> nothing
`,
  questions: [
    {
      text: {
        en: 'The first event is here. How many bytes does a recv of up to 4096 bytes return?',
        zh: '第一个事件来了。最多 4096 字节的 recv 会读到多少？',
      },
      choices: ['1460', '4096', 'EAGAIN'],
    },
    {
      text: {
        en: 'And the next event, within 50 ms?',
        zh: '50 毫秒内的下一个事件呢？',
      },
      choices: ['s:IN', 'nothing', 's:IN|HUP'],
    },
  ],
  rule: {
    en: "All the pieces that arrive before a wait make one event. What you don't read keeps the receive window closed, so no more can come.",
    zh: '等待之前不管到了多少片，都只算一个事件；不读走，接收窗口就一直关着，后面的也来不了。',
  },
  fix: {
    text: {
      en: "Read until EAGAIN: each read opens the window, and the rest arrives, either while you're reading or as a new edge.",
      zh: '读到 EAGAIN：每次读取都会打开窗口，剩下的要么在你读的时候到来，要么带来新的触发。',
    },
    transcript: `
tcp c s
ep E; add E s IN|ET
send c 400000 -> 400000
wait E 50 -> s:IN
drain s -> * then EAGAIN
sleep 20
drain s -> * then EAGAIN
unsent c -> 0
queued s -> 0
`,
  },
  links: [
    {
      label: 'epoll(7), Example for suggested usage',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'libmicrohttpd #11: a request larger than the read buffer',
      url: 'https://github.com/Karlson2k/libmicrohttpd/pull/11',
    },
  ],
}
