import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 21,
  id: 'one-accept',
  chapter: 3,
  title: {
    en: 'Three clients, one accept per event. How many get in?',
    zh: '三个客户端，每个事件只 accept 一次。能进来几个？',
  },
  belief: {
    en: 'Each connection is its own event, so one accept per event is right.',
    zh: '每个连接都是一个事件，所以每次 accept 一个就对了。',
  },
  transcript: `
listen S
ep L; add L S IN
ep E; add E S IN|ET
connect a S; connect b S; connect c S
wait E -> S:IN
accept x S -> ok
wait E 20 ? -> nothing
wait L ? -> S:IN
connect d S
wait E -> S:IN
accept y S -> ok
wait E 20 -> nothing
`,
  questions: [
    {
      text: {
        en: "You've accepted one of three; two are in the queue. What does the edge-triggered wait return?",
        zh: '三个里接受了一个，队列里还有两个。边缘触发的等待返回什么？',
      },
      choices: ['S:IN', 'nothing'],
    },
    {
      text: { en: 'And the level-triggered one?', zh: '水平触发的呢？' },
      choices: ['nothing', 'S:IN'],
    },
  ],
  rule: {
    en: 'One edge can stand for many connections. Accept one per event, and your server stays behind for good.',
    zh: '一次触发可以代表任意多个连接：每次只接受一个，服务器从此总是落后。',
  },
  fix: {
    text: { en: 'Accept until EAGAIN.', zh: '一直 accept 到 EAGAIN。' },
    transcript: `
listen S
ep E; add E S IN|ET
connect a S; connect b S; connect c S
wait E -> S:IN
accept x S -> ok
accept y S -> ok
accept z S -> ok
accept none S -> EAGAIN
wait E -> nothing
`,
  },
  links: [
    { label: 'accept(2), EAGAIN', url: 'https://man7.org/linux/man-pages/man2/accept.2.html' },
    {
      label: 'rtpengine #346: clients that are never accepted',
      url: 'https://github.com/sipwise/rtpengine/pull/346',
    },
  ],
}
