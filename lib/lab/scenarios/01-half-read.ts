import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 1,
  id: 'half-read',
  chapter: 1,
  title: {
    en: 'You read half of the data. Does the kernel tell you again?',
    zh: '只读了一半，内核还会再通知吗？',
  },
  belief: {
    en: "Level or edge, it doesn't matter: while bytes are left, the next wait reports them.",
    zh: '不管水平触发还是边缘触发，只要还有数据没读完，下一次等待就会再通知。',
  },
  transcript: `
pipe r w
ep L; add L r IN
ep E; add E r IN|ET
write w 2000 -> 2000
wait L -> r:IN
wait E -> r:IN
read r 1000 -> 1000
wait L ? -> r:IN
wait E ? -> nothing
`,
  questions: [
    {
      text: {
        en: '1000 bytes are left. What does the level-triggered wait return?',
        zh: '还剩 1000 字节。水平触发的等待会返回什么？',
      },
      choices: ['r:IN', 'nothing', 'r:IN|HUP'],
    },
    {
      text: { en: 'And the edge-triggered one?', zh: '边缘触发的呢？' },
      choices: ['r:IN', 'nothing', 'r:IN|HUP'],
    },
  ],
  rule: {
    en: "Level-triggered keeps reporting while data is there. Edge-triggered reports only news, and your reading isn't news.",
    zh: '水平触发看状态：只要还有数据就一直通知。边缘触发看变化：有新数据才通知一次，读走数据不算。',
  },
  fix: {
    text: {
      en: 'With EPOLLET, read until EAGAIN: this is called draining. Whatever you leave behind, nobody will mention again.',
      zh: '用 EPOLLET 时要循环读到 EAGAIN，也就是读空（drain）：否则剩下的数据不会再有通知。',
    },
    transcript: `
pipe r w
ep E; add E r IN|ET
write w 2000 -> 2000
wait E -> r:IN
drain r 1000 -> 2000, then EAGAIN
wait E -> nothing
`,
  },
  links: [
    {
      label: 'epoll(7), Level-triggered and edge-triggered',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'netty #5061: bytes left in the queue with ET',
      url: 'https://github.com/netty/netty/pull/5061',
    },
  ],
}
