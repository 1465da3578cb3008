import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 43,
  id: 'child-keeps',
  chapter: 6,
  title: {
    en: 'You have closed it, a child process has not. Is it gone?',
    zh: '你关闭了，子进程还没关。它没了吗？',
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
        en: 'The parent has closed r; the child still has it. What does the parent see?',
        zh: '父进程关闭了 r，子进程还拿着它。父进程会看到什么？',
      },
      choices: ['nothing', 'r(closed):IN', 'r(closed):HUP', 'EBADF'],
    },
    {
      text: { en: 'Can the parent unregister it now?', zh: '父进程现在还能注销它吗？' },
      choices: ['ok', 'ENOENT', 'EBADF'],
    },
    {
      text: {
        en: 'The child ends, without a word about epoll. What does the parent see now?',
        zh: '子进程退出了，它根本没碰过 epoll。父进程现在会看到什么？',
      },
      choices: ['nothing', 'r(closed):IN', 'r(closed):HUP'],
    },
  ],
  rule: {
    en: 'A registration lives as long as any process has the file open: an inherited descriptor keeps it, and only its end frees you.',
    zh: '只要有一个进程还打开着那个文件，注册就还在：继承来的描述符会留住它，等它关闭才算完。',
  },
  fix: {
    text: {
      en: 'Unregister before you close; and let nothing be inherited that is not meant to be (O_CLOEXEC).',
      zh: '先注销再关闭；不打算给子进程的描述符就不要让它继承（O_CLOEXEC）。',
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
    en: 'The state is not read here: another process takes part.',
    zh: '这里不读取状态：有另一个进程参与。',
  },
}
