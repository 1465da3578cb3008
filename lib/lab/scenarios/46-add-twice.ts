import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 46,
  id: 'add-twice',
  chapter: 6,
  title: {
    en: "It's already registered. What does a second ADD do?",
    zh: '已经注册过了。再 ADD 一次会怎样？',
  },
  belief: {
    en: 'ADD or MOD makes no difference: the latest mask counts.',
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
        en: 'r is registered, and you add it again with another mask. What does ADD return?',
        zh: 'r 已经注册，换个掩码再 ADD 一次。ADD 返回什么？',
      },
      choices: ['ok', 'EEXIST', 'EINVAL'],
    },
    {
      text: {
        en: 'You could add d, a duplicate of r. One byte arrives: what does the wait return?',
        zh: 'r 的副本 d 可以 ADD。来了 1 个字节：等待返回什么？',
      },
      choices: ['r:IN', 'd:IN', 'd:IN, r:IN'],
    },
  ],
  rule: {
    en: 'A registration is the pair of number and open file description: ADD needs a new one, MOD and DEL need an existing one.',
    zh: '一次注册由编号和打开文件描述共同确定：ADD 要求它还没有，MOD 和 DEL 要求它已经有。',
  },
  fix: {
    text: {
      en: "Remember what you've registered, and MOD that. EEXIST or ENOENT means that your list and the kernel's differ: find out why.",
      zh: '记住自己注册了什么，要改就用 MOD。出现 EEXIST 或 ENOENT，说明你的记录和内核不一致：查清原因。',
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
