import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 1,
  id: 'half-read',
  chapter: 1,
  title: {
    en: 'Half of it is read. Does the kernel tell you again?',
    zh: '只读了一半，内核还会再报告吗？',
  },
  belief: {
    en: 'Level or edge: as long as bytes are left, the next wait reports them.',
    zh: '不管水平触发还是边缘触发，只要还有数据没读完，下一次等待就会再报告。',
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
      choices: ['r:IN', 'nothing', 'r:IN|ERR'],
    },
  ],
  rule: {
    en: 'Level-triggered reports a state for as long as it lasts; edge-triggered reports news, and reading is no news.',
    zh: '水平触发报告的是状态，状态还在就一直报告；边缘触发报告的是新动静，而读取不算新动静。',
  },
  fix: {
    text: {
      en: 'Under EPOLLET read until EAGAIN: then nothing is left that nobody would report.',
      zh: '在 EPOLLET 下要一直读到 EAGAIN：这样就不会剩下没人再报告的数据。',
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
      label: 'netty #5061: bytes that stay in the queue under ET',
      url: 'https://github.com/netty/netty/pull/5061',
    },
  ],
}
