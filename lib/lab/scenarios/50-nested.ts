import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 50,
  id: 'nested',
  chapter: 7,
  title: {
    en: 'An epoll inside an epoll: what does the outer one report?',
    zh: 'epoll 里再放一个 epoll：外层会通知什么？',
  },
  belief: {
    en: "An epoll isn't an ordinary descriptor: you can only wait on it.",
    zh: 'epoll 不是普通描述符，只能拿来等待。',
  },
  transcript: `
pipe r w
ep I; add I r IN
ep O; add O I IN
write w 1 -> 1
wait O ? -> I:IN
wait I -> r:IN
wait O -> I:IN
read r 1 -> 1
wait O -> nothing
pipe q v
ep J; add J q IN|ET
add O J IN
write v 1 -> 1
wait O -> J:IN
wait J -> q:IN
wait O ? -> nothing
add I O IN ? -> ELOOP
add I I IN -> EINVAL
`,
  questions: [
    {
      text: {
        en: 'r is in I, and I is in O. A byte arrives for r: what does O report?',
        zh: 'r 在 I 里，I 在 O 里。r 来了 1 个字节：O 通知什么？',
      },
      choices: ['nothing', 'r:IN', 'I:IN'],
    },
    {
      text: {
        en: 'J watches q edge-triggered and has reported it; the byte is still unread. What does O report?',
        zh: 'J 以边缘触发监视 q，已经通知过，字节还没读。O 通知什么？',
      },
      choices: ['nothing', 'J:IN', 'q:IN'],
    },
    {
      text: {
        en: 'O watches I. Now you add O to I: what does ADD return?',
        zh: 'O 在监视 I。现在把 O 加到 I 里：ADD 返回什么？',
      },
      choices: ['ok', 'EEXIST', 'ELOOP', 'EINVAL'],
    },
  ],
  rule: {
    en: 'An epoll is readable while its ready list has something to report, so loops nest: at most five deep, and never in a ring. To look, the outer one polls every file on that list. A few files in /proc report a change only once, and that look uses it up.',
    zh: '只要就绪列表里有东西可通知，epoll 就可读，所以事件循环可以嵌套：最多五层，也不能成环。外层查看时会询问该列表上的每个文件。/proc 里有几个文件的变化只通知一次，这一看就把它用掉了。',
  },
  fix: {
    text: {
      en: 'To nest a loop of sockets and pipes, watch its epoll level-triggered, and on IN run it with a timeout of 0 until it has no more events. If it contains /proc/self/mounts or a pressure trigger, let a thread sleep in its epoll_wait instead.',
      zh: '要嵌套一个装着套接字和管道的事件循环，就以水平触发监视它的 epoll，收到 IN 后以 0 超时运行它，直到没有事件。如果里面有 /proc/self/mounts 或 PSI 触发器，就改用一个线程睡在它的 epoll_wait 里。',
    },
    transcript: `
pipe r w
ep I; add I r IN|ET
ep O; add O I IN
write w 1 -> 1
wait O -> I:IN
wait I -> r:IN
drain r -> 1, then EAGAIN
wait I -> nothing
wait O -> nothing
poll I -> nothing
`,
  },
  links: [
    {
      label: 'epoll(7), Questions and answers: A3 to A5',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'epoll_ctl(2), ELOOP',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'tgoskits #2378: the epoll of libinput inside that of weston',
      url: 'https://github.com/rcore-os/tgoskits/pull/2378',
    },
  ],
}
