import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 2,
  id: 'more-arrives',
  chapter: 1,
  title: {
    en: 'You read nothing and more arrives. Is that a new edge?',
    zh: '什么都没读，又来了新数据。这算一次新的触发吗？',
  },
  belief: {
    en: "Edge-triggered fires only when an empty descriptor becomes readable. Until I've read everything, it stays silent.",
    zh: '边缘触发就是“从没有数据变成有数据”那一下；没读完之前不会再通知。',
  },
  transcript: `
pipe r w
ep E; add E r IN|ET
write w 5 -> 5
wait E -> r:IN
wait E -> nothing
write w 5 -> 5
wait E ? -> r:IN
read r 3 -> 3
wait E -> nothing
write w 1 -> 1
wait E ? -> r:IN
`,
  questions: [
    {
      text: {
        en: 'Five bytes were already there, and five more arrived. What does the wait return?',
        zh: '原来就有 5 个字节，又来了 5 个。等待会返回什么？',
      },
      choices: ['nothing', 'r:IN', 'r:IN|HUP'],
    },
    {
      text: {
        en: 'You read three of the ten bytes, and one more arrived. And now?',
        zh: '10 个字节读了 3 个，又来了 1 个。现在呢？',
      },
      choices: ['r:IN', 'nothing', 'r:IN|HUP'],
    },
  ],
  rule: {
    en: 'An edge is a wake-up, not a change from empty to full: every arrival is one, however much is still unread.',
    zh: '触发靠的是唤醒，不是“从空到有”：每次有数据到达都会唤醒，不管还有多少没读。',
  },
  fix: {
    text: {
      en: "Don't rely on it. Read until EAGAIN at every event, and it no longer matters whether arrivals were merged.",
      zh: '不要依赖这一点。每次收到通知都读到 EAGAIN，几次到达有没有合并就无所谓了。',
    },
    transcript: `
pipe r w
ep E; add E r IN|ET
write w 5 -> 5
write w 5 -> 5
wait E -> r:IN
drain r -> 10, then EAGAIN
wait E -> nothing
`,
  },
  links: [
    {
      label: 'epoll(7), Questions and answers',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'Linux 5.14: every pipe write wakes the reader again',
      url: 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=3a34b13a',
    },
  ],
  kernels: [
    {
      en: 'From Linux 5.5 to 5.13, a write woke the reader only if the pipe was empty: there, both answers are "nothing".',
      zh: 'Linux 5.5 到 5.13：只有管道原本为空，写入才会唤醒读端，所以两个答案都是 nothing。',
    },
  ],
}
