import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 48,
  id: 'close-wakes',
  chapter: 6,
  title: {
    en: 'A thread waits, another closes the descriptor. Does the wait end?',
    zh: '一个线程在等待，另一个线程关闭了描述符。等待会结束吗？',
  },
  belief: {
    en: 'Closing the descriptor, or the epoll itself, wakes the waiting thread.',
    zh: '关闭描述符，或者直接关闭 epoll，就能唤醒正在等待的线程。',
  },
  transcript: `
pipe r w
ep L; add L r IN
thread T wait L 150
close r
sleep 40
done T ? -> 0
join T 400 -> nothing
ep M
thread U wait M 150
close M
sleep 40
done U ? -> 0
join U 400 -> nothing
`,
  questions: [
    {
      text: {
        en: "The epoll's only descriptor was closed 40 ms ago. How many threads have returned?",
        zh: '40 毫秒前，这个 epoll 唯一的描述符被关闭了。有几个线程返回了？',
      },
      choices: ['0', '1'],
    },
    {
      text: {
        en: 'The epoll itself was closed. How many now?',
        zh: '关闭的是 epoll 本身。现在有几个？',
      },
      choices: ['0', '1'],
    },
  ],
  rule: {
    en: 'close() wakes no thread: one that sleeps in epoll_wait keeps the epoll open, and sleeps until an event or the timeout.',
    zh: 'close 不会唤醒任何线程：睡在 epoll_wait 里的线程还拿着这个 epoll，要等到事件或超时。',
  },
  fix: {
    text: {
      en: "Register an eventfd, and write to it: that's how another thread ends a wait.",
      zh: '注册一个 eventfd，往里写：别的线程就是这样结束等待的。',
    },
    transcript: `
eventfd e
ep L; add L e IN
thread T wait L 400
write e 1
join T 400 -> e:IN
read e -> 1
`,
  },
  links: [
    {
      label: 'select(2), Multithreaded applications',
      url: 'https://man7.org/linux/man-pages/man2/select.2.html',
    },
    {
      label: 'io-event #71: closed in another thread',
      url: 'https://github.com/socketry/io-event/pull/71',
    },
  ],
  unread: {
    en: 'No state here: another thread is running, and running it again to look would be a different race.',
    zh: '这里没有状态：有另一个线程在运行，为了读取状态再跑一遍，就是另一场竞争了。',
  },
}
