import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 44,
  id: 'shared-set',
  chapter: 6,
  title: {
    en: 'A child registers with the epoll it inherited. Who hears of it?',
    zh: '子进程在继承来的 epoll 上注册。谁会收到报告？',
  },
  belief: {
    en: 'After a fork the child has an epoll of its own, a copy of mine.',
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
        en: 'r is a pipe of the child alone; the parent has no name for its number, and calls it fd. What does the parent see?',
        zh: 'r 是子进程独有的管道，父进程没有它的名字，只能用 fd 加编号来称呼。父进程会看到什么？',
      },
      choices: ['nothing', 'fd *:IN', 'EBADF'],
    },
    {
      text: { en: 'And the child, after the parent?', zh: '父进程看过之后，子进程呢？' },
      choices: ['nothing', 'r:IN', 'EBADF'],
    },
  ],
  rule: {
    en: 'An inherited epoll is the same epoll: both processes share its list, and each gets events for numbers of the other.',
    zh: '继承来的 epoll 就是同一个 epoll：两个进程共用一份关注列表，会收到对方编号的事件。',
  },
  fix: {
    text: {
      en: 'Each process makes its own epoll, after the fork; EPOLL_CLOEXEC keeps yours out of programs that are started.',
      zh: '每个进程在 fork 之后各建自己的 epoll；EPOLL_CLOEXEC 让你的 epoll 不会传给新启动的程序。',
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
    en: 'The state is not read here: another process takes part.',
    zh: '这里不读取状态：有另一个进程参与。',
  },
}
