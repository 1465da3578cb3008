import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 46,
  id: 'add-twice',
  chapter: 6,
  title: {
    en: 'It is registered already. What does a second ADD do?',
    zh: '已经注册过了。再 ADD 一次会怎样？',
  },
  belief: {
    en: 'ADD, MOD: it makes no difference, the newest mask counts.',
    zh: 'ADD 和 MOD 没什么区别，以最后一次的掩码为准。',
  },
  transcript: `
pipe r w
ep E
mod E r IN ? -> ENOENT
add E r IN -> ok
add E r IN|ET ? -> EEXIST
dup d r
add E d IN|ET -> ok
write w 1 -> 1
wait E ? -> d:IN, r:IN
wait E -> r:IN
`,
  questions: [
    {
      text: {
        en: 'Nothing is registered yet. What does MOD return?',
        zh: '还什么都没注册。MOD 返回什么？',
      },
      choices: ['ok', 'ENOENT', 'EBADF'],
    },
    {
      text: {
        en: 'r is registered; now it is added once more, with another mask. And?',
        zh: 'r 已经注册；换个掩码再 ADD 一次。结果呢？',
      },
      choices: ['ok', 'EEXIST', 'EINVAL'],
    },
    {
      text: {
        en: 'd is a duplicate of r, and could be added. One byte comes: what does the wait return?',
        zh: 'd 是 r 的副本，可以 ADD。来了 1 个字节：等待返回什么？',
      },
      choices: ['r:IN', 'd:IN', 'd:IN, r:IN'],
    },
  ],
  rule: {
    en: 'A registration is the pair of number and open file description: ADD wants a new one, MOD and DEL one that is there.',
    zh: '一次注册由编号和打开文件描述共同确定：ADD 要求它还没有，MOD 和 DEL 要求它已经有。',
  },
  fix: {
    text: {
      en: 'Keep what you have registered, and MOD it. An EEXIST or ENOENT means that your list and the kernel differ: find out why.',
      zh: '自己记住注册了什么，要改就 MOD。出现 EEXIST 或 ENOENT 说明你的记录和内核不一致：查清原因。',
    },
    transcript: `
pipe r w
ep E; add E r IN
mod E r IN|ET -> ok
write w 1 -> 1
wait E -> r:IN
wait E -> nothing
del E r -> ok
del E r -> ENOENT
`,
  },
  links: [
    {
      label: 'epoll(7), Questions and answers: A1',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'epoll_ctl(2), EEXIST and ENOENT',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'cherokee #319: EPOLL_CTL_ADD says that the file exists',
      url: 'https://github.com/cherokee/webserver/issues/319',
    },
  ],
}
