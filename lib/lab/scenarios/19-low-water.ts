import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 19,
  id: 'low-water',
  chapter: 2,
  title: {
    en: 'SO_RCVLOWAT is 100, and 50 bytes came. Is the socket readable?',
    zh: 'SO_RCVLOWAT 设为 100，来了 50 字节。套接字可读吗？',
  },
  belief: {
    en: 'Readable means that at least one byte is there.',
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
        en: '50 of 100 bytes are there. What does the level-triggered wait return?',
        zh: '100 字节到了 50。水平触发的等待会返回什么？',
      },
      choices: ['s:IN', 'nothing', 'EAGAIN'],
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
        en: 'With 100 bytes the event came, 30 of them are read. The next wait?',
        zh: '满 100 字节时来了事件，读走 30。下一次等待呢？',
      },
      choices: ['s:IN', 'nothing'],
    },
  ],
  rule: {
    en: 'SO_RCVLOWAT moves the mark from which IN counts: below it even level-triggered is silent, though a recv takes what is there.',
    zh: 'SO_RCVLOWAT 改变 IN 成立的门槛：低于它时水平触发也不报告，尽管 recv 照样能取走已有的。',
  },
  fix: {
    text: {
      en: 'Set it to what is still missing of the message, drain, and set it back to 1 where the length is not known.',
      zh: '把它设成消息还缺的字节数，读尽；长度未知时再设回 1。',
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
      range: 'before 2.6.28',
      text: {
        en: 'poll and epoll took no notice of SO_RCVLOWAT: one byte was enough.',
        zh: 'poll 和 epoll 不理会 SO_RCVLOWAT：一个字节就算可读。',
      },
    },
  ],
}
