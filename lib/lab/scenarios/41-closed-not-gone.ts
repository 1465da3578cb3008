import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 41,
  id: 'closed-not-gone',
  chapter: 6,
  title: {
    en: 'You close a descriptor. Is its registration gone?',
    zh: '关闭描述符，它的注册也就没了吗？',
  },
  belief: {
    en: 'close() removes a descriptor from every epoll.',
    zh: 'close() 会把描述符从所有 epoll 里移除。',
  },
  transcript: `
pipe r w
ep E; add E r IN
dup d r
close r
write w 5 -> 5
wait E ? -> r(closed):IN
del E r ? -> EBADF
del E d -> ENOENT
`,
  questions: [
    {
      text: {
        en: 'r was registered and is closed; its duplicate d is open. What does the wait return?',
        zh: 'r 注册后已关闭；它的副本 d 还开着。等待返回什么？',
      },
      choices: ['nothing', 'd:IN', 'r(closed):IN', 'r(closed):HUP'],
    },
    {
      text: { en: 'Can you unregister it by its number?', zh: '能用它的编号注销吗？' },
      choices: ['ok', 'ENOENT', 'EBADF'],
    },
  ],
  rule: {
    en: 'A registration belongs to the open file description. It goes away when the last descriptor of that is closed.',
    zh: '注册属于打开文件描述。最后一个指向它的描述符关闭时，注册才消失。',
  },
  fix: {
    text: {
      en: 'Unregister, then close. Already closed it? Put the duplicate back under the old number with dup2, then unregister.',
      zh: '先注销再关闭。已经关闭了？用 dup2 把副本放回原来的编号，再注销。',
    },
    transcript: `
pipe r w
ep E; add E r IN
dup d r
close r
write w 5 -> 5
wait E -> r(closed):IN
dup2 d r -> ok
del E r -> ok
wait E -> nothing
`,
  },
  links: [
    {
      label: 'epoll(7), Questions and answers: A6',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    { label: 'h2o #1100', url: 'https://github.com/h2o/h2o/pull/1100' },
  ],
}
