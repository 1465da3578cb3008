import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 44,
  id: 'shared-set',
  chapter: 6,
  title: {
    en: 'A child registers a pipe with the epoll it inherited. Who gets the event?',
    zh: '子进程在继承来的 epoll 上注册了一条管道。事件会通知谁？',
  },
  belief: {
    en: 'After a fork the child has its own epoll, a copy of mine.',
    zh: 'fork 之后，子进程有自己的一份 epoll，是我这份的拷贝。',
  },
  transcript: `
ep L
process P L
in P pipe r w
in P add L r IN -> ok
in P write w 5 -> 5
wait L ? -> fd *:IN
in P wait L ? -> r:IN
exit P
wait L -> nothing
`,
  questions: [
    {
      text: {
        en: 'r is a pipe that only the child has; the parent has no name for its number and shows it as fd. What does the parent see?',
        zh: 'r 是只有子进程才有的管道，父进程没有它的名字，显示为 fd 加编号。父进程会看到什么？',
      },
      choices: ['nothing', 'fd *:IN'],
    },
    {
      text: {
        en: 'And what does the child see after the parent?',
        zh: '在父进程之后，子进程会看到什么？',
      },
      choices: ['nothing', 'r:IN'],
    },
  ],
  rule: {
    en: "An inherited epoll is the same epoll: both processes share its interest list, and each gets events for the other's numbers.",
    zh: '继承来的 epoll 就是同一个 epoll：两个进程共用一份关注列表，会收到对方编号的事件。',
  },
  fix: {
    text: {
      en: 'Create one epoll per process, after the fork. EPOLL_CLOEXEC keeps yours out of programs that you start.',
      zh: '每个进程在 fork 之后各建自己的 epoll。EPOLL_CLOEXEC 让你的 epoll 不会传给新启动的程序。',
    },
    transcript: `
ep L
process P
in P ep C
in P pipe r w
in P add C r IN -> ok
in P write w 5 -> 5
wait L -> nothing
in P wait C -> r:IN
exit P
`,
  },
  links: [
    {
      label: 'epoll(7), Questions and answers: A6',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'eventlet #68: parent and child share an epoll',
      url: 'https://github.com/eventlet/eventlet/pull/68',
    },
    {
      label: 'OpenSmalltalk #552: a new epoll in the forked child',
      url: 'https://github.com/OpenSmalltalk/opensmalltalk-vm/pull/552',
    },
  ],
  unread: {
    en: 'No state here: another process is running, and running it again to look would be a different race.',
    zh: '这里没有状态：有另一个进程在运行，为了读取状态再跑一遍，就是另一场竞争了。',
  },
}
