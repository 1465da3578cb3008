import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 43,
  id: 'child-keeps',
  chapter: 6,
  title: {
    en: "You've closed it, a child process hasn't. Is the registration gone?",
    zh: '你关闭了，子进程还没关。注册没了吗？',
  },
  belief: {
    en: 'What a child process inherits is its own business.',
    zh: '子进程继承了什么是它自己的事，与我无关。',
  },
  transcript: `
pipe r w
ep L; add L r IN
process P r
close r
write w 5 -> 5
wait L ? -> r(closed):IN
del L r ? -> EBADF
exit P
wait L ? -> nothing
`,
  questions: [
    {
      text: {
        en: 'The parent closed r; the child still has it open. What does the parent see?',
        zh: '父进程关闭了 r，子进程还开着它。父进程会看到什么？',
      },
      choices: ['nothing', 'r(closed):IN', 'r(closed):HUP'],
    },
    {
      text: { en: 'Can the parent unregister it now?', zh: '父进程现在还能注销它吗？' },
      choices: ['ok', 'ENOENT', 'EBADF'],
    },
    {
      text: {
        en: 'The child exits without having touched epoll. What does the parent see now?',
        zh: '子进程退出了，从没碰过 epoll。父进程现在会看到什么？',
      },
      choices: ['nothing', 'r(closed):IN', 'r(closed):HUP'],
    },
  ],
  rule: {
    en: "A registration lives as long as any process has the file open. An inherited descriptor keeps it alive until that's closed too.",
    zh: '只要有一个进程还开着那个文件，注册就还在。继承来的描述符会留住它，直到也被关闭。',
  },
  fix: {
    text: {
      en: "Unregister before you close, and don't let children inherit what they don't need (O_CLOEXEC).",
      zh: '先注销再关闭；子进程用不到的描述符，不要让它继承（O_CLOEXEC）。',
    },
    transcript: `
pipe r w
ep L; add L r IN
process P r
del L r -> ok
close r
write w 5 -> 5
wait L -> nothing
in P read r 10 -> 5
exit P
`,
  },
  links: [
    {
      label: 'epoll(7), Questions and answers: A6',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'libuv #1099: closing a shared socket, and 100 % CPU',
      url: 'https://github.com/joyent/libuv/issues/1099',
    },
  ],
  unread: {
    en: 'No state here: another process is running, and running it again to look would be a different race.',
    zh: '这里没有状态：有另一个进程在运行，为了读取状态再跑一遍，就是另一场竞争了。',
  },
}
