import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 28,
  id: 'out-spins',
  chapter: 4,
  title: {
    en: 'EPOLLOUT on an idle socket: what does it report?',
    zh: '在空闲的套接字上关注 EPOLLOUT：会返回什么？',
  },
  belief: {
    en: 'EPOLLOUT tells me my data was sent, and it never hurts to ask for it.',
    zh: 'EPOLLOUT 表示数据已经发出去了，一直关注它也没有坏处。',
  },
  transcript: `
pair a b
ep L; add L a IN|OUT
ep E; add E a IN|OUT|ET
wait L ? -> a:OUT
spin L 20 ? -> >100
wait E -> a:OUT
wait E -> nothing
`,
  questions: [
    {
      text: {
        en: 'Nothing was ever sent on this socket. What does the first wait return?',
        zh: '这个套接字从没发送过数据。第一次等待返回什么？',
      },
      choices: ['nothing', 'a:OUT', 'a:IN|OUT'],
    },
    {
      text: {
        en: 'A loop keeps waiting for 20 ms. How often does it wake?',
        zh: '循环不停地等待 20 毫秒。会醒来多少次？',
      },
      choices: ['0', '1', '20', '>100'],
    },
  ],
  rule: {
    en: "OUT means there's room in the send buffer. There nearly always is, so a level-triggered loop spins.",
    zh: 'OUT 表示发送缓冲区有空间，而这几乎总是成立：水平触发时循环会空转。',
  },
  fix: {
    text: {
      en: 'Ask for OUT only after a send returned EAGAIN, and only until everything is sent. Or use edge-triggered.',
      zh: '只在发送返回 EAGAIN 之后才关注 OUT，发完就取消；或者用边缘触发。',
    },
    transcript: `
pair a b
ep L; add L a IN
wait L -> nothing
fill a -> * then EAGAIN
mod L a IN|OUT -> ok
wait L -> nothing
drain b -> * then EAGAIN
wait L -> a:OUT
mod L a IN -> ok
wait L -> nothing
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLLOUT',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: "libuv #3671: POLLOUT isn't stopped and takes a whole core",
      url: 'https://github.com/libuv/libuv/issues/3671',
    },
  ],
}
