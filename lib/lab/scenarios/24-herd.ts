import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 24,
  id: 'herd',
  chapter: 3,
  title: {
    en: 'Four workers share a listener, each with its own epoll. One client connects: how many wake?',
    zh: '四个 worker 各用自己的 epoll 守着同一个监听套接字。来了一个客户端：会醒几个？',
  },
  belief: {
    en: 'Workers on one listener share the work: each connection wakes one of them.',
    zh: '多个 worker 共用一个监听套接字，就会分担工作：每个连接只唤醒其中一个。',
  },
  transcript: `
listen S
ep A; add A S IN
ep B; add B S IN
ep C; add C S IN
ep D; add D S IN
thread a wait A 400; thread b wait B 400; thread c wait C 400; thread d wait D 400
connect x S
sleep 40
done a b c d ? -> 4
accept first S -> ok
accept second S ? -> EAGAIN
accept third S -> EAGAIN
accept fourth S -> EAGAIN
`,
  questions: [
    {
      text: {
        en: 'All four are asleep in epoll_wait when the client connects. How many return?',
        zh: '客户端连接时，四个都睡在 epoll_wait 里。返回几个？',
      },
      choices: ['1', '2', '4'],
    },
    {
      text: {
        en: 'Every worker that woke calls accept. The first gets the connection. What does the second get?',
        zh: '醒来的 worker 都去 accept。第一个拿到了连接，第二个得到什么？',
      },
      choices: ['ok', 'EAGAIN', 'ECONNABORTED'],
    },
  ],
  rule: {
    en: 'A connection wakes every epoll that watches the listener. This is the thundering herd: only one of them gets the connection.',
    zh: '新连接会唤醒每一个关注该监听套接字的 epoll：这就是惊群，只有一个能拿到连接。',
  },
  fix: {
    text: {
      en: 'Have every worker pass EPOLLEXCLUSIVE to ADD: then one or a few wake, here one.',
      zh: '每个 worker 在 ADD 时都加上 EPOLLEXCLUSIVE：醒来的是一个或几个，这里是一个。',
    },
    transcript: `
listen S
ep A; add A S IN|EXCLUSIVE
ep B; add B S IN|EXCLUSIVE
ep C; add C S IN|EXCLUSIVE
ep D; add D S IN|EXCLUSIVE
thread a wait A 400; thread b wait B 400; thread c wait C 400; thread d wait D 400
connect x S
sleep 40
done a b c d -> 1
accept first S -> ok
accept second S -> EAGAIN
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLLEXCLUSIVE',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'Linux 4.5: epoll: add EPOLLEXCLUSIVE flag',
      url: 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=df0108c5',
    },
    {
      label: 'uWSGI #115: all processes wake for a request',
      url: 'https://github.com/unbit/uwsgi/issues/115',
    },
  ],
  kernels: [
    {
      en: "Before Linux 4.5 there's no EPOLLEXCLUSIVE: the bit is ignored, and all four wake.",
      zh: 'Linux 4.5 之前没有 EPOLLEXCLUSIVE：这一位被忽略，四个都会醒。',
    },
  ],
  unread: {
    en: 'No state is shown here: the reading itself would wait on the listener and change who wakes.',
    zh: '这里不显示状态：读取状态本身也会等在监听套接字上，从而影响谁被唤醒。',
  },
}
