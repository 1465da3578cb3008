import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 51,
  id: 'eventfd-unread',
  chapter: 7,
  title: {
    en: 'You never read an eventfd. How many edges does it give you?',
    zh: 'eventfd 一直不读。会触发几次？',
  },
  belief: {
    en: 'You have to read an eventfd, or edge-triggered it never reports again.',
    zh: 'eventfd 必须读掉，否则边缘触发不会再通知。',
  },
  transcript: `
eventfd e
ep E; add E e IN|ET
write e 1
wait E -> e:IN
write e 1
wait E ? -> e:IN
write e 1
wait E -> e:IN
read e ? -> 3
eventfd s 3 semaphore
ep L; add L s IN
wait L -> s:IN
read s ? -> 1
wait L -> s:IN
read s -> 1
read s -> 1
wait L -> nothing
`,
  questions: [
    {
      text: {
        en: 'The counter is 1, unread, and is written once more. What does the wait return?',
        zh: '计数器是 1，没读过，又写了一次。等待返回什么？',
      },
      choices: ['nothing', 'e:IN'],
    },
    {
      text: {
        en: 'After three writes of 1 you read it for the first time. What do you get?',
        zh: '写了三次 1 之后第一次读。读到什么？',
      },
      choices: ['1', '3', '8'],
    },
    {
      text: {
        en: 's is a semaphore that starts at 3. What does a read return?',
        zh: 's 是从 3 开始的信号量。读一次返回什么？',
      },
      choices: ['1', '3', 'EAGAIN'],
    },
  ],
  rule: {
    en: 'Every write to an eventfd is a wake-up, whether or not it was read: as a doorbell with EPOLLET it needs no reads at all.',
    zh: '每次写 eventfd 都是一次唤醒，读没读过都一样：在 EPOLLET 下当门铃用，根本不必读。',
  },
  fix: {
    text: {
      en: 'Level-triggered, read it at each report. Edge-triggered, leave it unread, and keep the work that it announces elsewhere.',
      zh: '水平触发时每次通知都要读。边缘触发时可以不读，要处理的内容另外存放。',
    },
    transcript: `
eventfd e
ep L; add L e IN
write e 1; write e 1
wait L -> e:IN
read e -> 2
wait L -> nothing
read e -> EAGAIN
`,
  },
  links: [
    { label: 'eventfd(2)', url: 'https://man7.org/linux/man-pages/man2/eventfd.2.html' },
    {
      label: 'libuv #4400: no read for each wake-up',
      url: 'https://github.com/libuv/libuv/pull/4400',
    },
    {
      label: 'libevent #1619: the same',
      url: 'https://github.com/libevent/libevent/pull/1619',
    },
  ],
}
