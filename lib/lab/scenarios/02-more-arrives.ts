import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 2,
  id: 'more-arrives',
  chapter: 1,
  title: {
    en: 'Nothing was read, and more arrives. Is that an edge?',
    zh: '什么都没读，又来了新数据。这算一次边缘吗？',
  },
  belief: {
    en: 'Edge-triggered means: only when an empty descriptor becomes readable. Until I have read everything there is silence.',
    zh: '边缘触发就是“从没有数据变成有数据”那一下；没读完之前不会再报告。',
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
        en: 'Five bytes were there already, five more came. What does the wait return?',
        zh: '原来就有 5 个字节，又来了 5 个。等待会返回什么？',
      },
      choices: ['nothing', 'r:IN', 'EAGAIN'],
    },
    {
      text: {
        en: 'Three of ten were read, then one more byte came. And now?',
        zh: '10 个字节读了 3 个，又来了 1 个。现在呢？',
      },
      choices: ['r:IN', 'nothing', 'r:IN, r:IN'],
    },
  ],
  rule: {
    en: 'An edge is a wake-up, not a change from empty to full: every arrival wakes, however much lies there unread.',
    zh: '边缘是一次唤醒，不是“从空到有”的变化：每次到达都会唤醒，不管还有多少没读。',
  },
  fix: {
    text: {
      en: 'Do not count on either: drain at each report, and it does not matter whether arrivals were merged.',
      zh: '两种情况都不要依赖：每次报告都读尽，到达是否被合并就无所谓了。',
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
      label: 'Linux 5.14: pipe writes wake again, even without an edge in sight',
      url: 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=3a34b13a',
    },
  ],
  kernels: [
    {
      range: '5.5 to 5.13',
      text: {
        en: 'Pipes woke only when they had been empty: both predictions would be nothing there.',
        zh: '管道只在原本为空时才唤醒：那里的两个答案都会是 nothing。',
      },
    },
  ],
}
