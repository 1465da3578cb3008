import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 50,
  id: 'nested',
  chapter: 7,
  title: {
    en: 'An epoll inside an epoll: what does the outer one report?',
    zh: 'epoll 里再放一个 epoll：外层会报告什么？',
  },
  belief: {
    en: 'An epoll is no ordinary descriptor: one can only wait on it.',
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
        en: 'r is in I, and I is in O. A byte comes for r: what does O report?',
        zh: 'r 在 I 里，I 在 O 里。r 来了 1 个字节：O 报告什么？',
      },
      choices: ['nothing', 'r:IN', 'I:IN'],
    },
    {
      text: {
        en: 'J watches q edge-triggered, has reported it, and nobody has read. What does O report?',
        zh: 'J 以边缘触发监视 q，已经报告过，还没有人读。O 报告什么？',
      },
      choices: ['nothing', 'J:IN', 'q:IN'],
    },
    {
      text: {
        en: 'O is to be watched by I, which O watches. What does ADD return?',
        zh: 'O 在监视 I，现在要让 I 监视 O。ADD 返回什么？',
      },
      choices: ['ok', 'EEXIST', 'ELOOP', 'EINVAL'],
    },
  ],
  rule: {
    en: 'An epoll is readable while its ready list has something to report: so loops nest, five deep at most, and never in a ring. To look, the outer one asks every file on that list: the events of a few files in /proc, which are told once, are lost so.',
    zh: '只要就绪列表里有东西可报告，epoll 就可读：所以事件循环可以嵌套，但最多五层，也不能成环。外层查看时会询问该列表上的每个文件：/proc 里有几个文件的事件只报告一次，嵌套后就会丢失。',
  },
  fix: {
    text: {
      en: 'To put a loop of sockets and pipes into another, watch its epoll level-triggered, and on IN run it with a timeout of 0 until it has nothing. Where it has /proc/self/mounts or a pressure trigger, let a thread sleep in its epoll_wait instead.',
      zh: '要把一个装着套接字和管道的事件循环嵌进另一个，就以水平触发监视它的 epoll，收到 IN 后以 0 超时运行它，直到没有事件。如果里面有 /proc/self/mounts 或 PSI 触发器，就改用一个线程睡在它的 epoll_wait 里。',
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
