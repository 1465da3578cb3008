import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 47,
  id: 'two-epolls',
  chapter: 6,
  title: {
    en: 'Two epolls watch one pipe. Which one gets the event?',
    zh: '两个 epoll 监视同一条管道。事件归谁？',
  },
  belief: {
    en: 'The first to wait takes the event, and the other gets nothing.',
    zh: '谁先等待谁就拿走事件，另一个什么都没有。',
  },
  transcript: `
pipe r w
ep E; add E r IN|ET
ep F; add F r IN|ET
write w 1 -> 1
wait E -> r:IN
wait F ? -> r:IN
wait E -> nothing
wait F -> nothing
`,
  questions: [
    {
      text: {
        en: 'E has reported the byte, edge-triggered. What does a wait on F return?',
        zh: 'E 已经以边缘触发通知过这个字节。在 F 上等待返回什么？',
      },
      choices: ['nothing', 'r:IN'],
    },
  ],
  rule: {
    en: 'Each epoll has its own entry in the wait queue and its own ready list: a wake-up goes to all of them.',
    zh: '每个 epoll 在等待队列里有自己的一项，也有自己的就绪列表：一次唤醒会通知所有 epoll。',
  },
  fix: {
    text: {
      en: 'To share events out, let several threads wait on one epoll, edge-triggered: each wake-up goes to one of them.',
      zh: '想分摊事件，就让多个线程等在同一个 epoll 上，用边缘触发：每次唤醒只交给其中一个。',
    },
    transcript: `
pipe r w
ep E; add E r IN|ET
thread A wait E 300; thread B wait E 300
write w 1 -> 1
sleep 40
done A B -> 1
`,
  },
  links: [
    {
      label: 'epoll(7), Questions and answers: A2',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'mio #1341: a socket in two loops, which both get its events',
      url: 'https://github.com/tokio-rs/mio/issues/1341',
    },
  ],
}
