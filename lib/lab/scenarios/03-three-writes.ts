import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 3,
  id: 'three-writes',
  chapter: 1,
  title: {
    en: 'Three writes, then a wait. How many events?',
    zh: '写了三次，然后等待。会有几个事件？',
  },
  belief: {
    en: 'Edge-triggered queues one event per write and hands them out one by one.',
    zh: '边缘触发会为每次写入排一个事件，再一个一个交给我。',
  },
  transcript: `
pipe r w
ep L; add L r IN
ep E; add E r IN|ET
write w 5 -> 5
write w 5 -> 5
write w 5 -> 5
wait E ? -> r:IN
wait E ? -> nothing
wait L -> r:IN
`,
  questions: [
    {
      text: {
        en: 'Three writes have arrived. What does the edge-triggered wait return?',
        zh: '已经写入了三次。边缘触发的等待会返回什么？',
      },
      choices: ['r:IN', 'r:IN, r:IN, r:IN', 'nothing'],
    },
    {
      text: { en: 'You read nothing. And the next wait?', zh: '什么都没读。下一次等待呢？' },
      choices: ['r:IN', 'r:IN, r:IN', 'nothing'],
    },
  ],
  rule: {
    en: 'A registration is either on the ready list or not: everything that happens before a wait comes back as one event.',
    zh: '一项注册要么在就绪列表里，要么不在：等待之前发生的一切，只合并成一个事件。',
  },
  fix: {
    text: {
      en: "Don't count events. One event covers all the data that is there, so read until EAGAIN.",
      zh: '不要数事件：一个事件代表已有的全部数据，所以要一直读到 EAGAIN。',
    },
    transcript: `
pipe r w
ep E; add E r IN|ET
write w 5 -> 5
write w 5 -> 5
write w 5 -> 5
wait E -> r:IN
drain r -> 15, then EAGAIN
wait E -> nothing
`,
  },
  links: [
    {
      label: 'epoll(7), Questions and answers: A7',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'muduo #173: three writes to an eventfd, one event',
      url: 'https://github.com/chenshuo/muduo/issues/173',
    },
  ],
}
