import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 6,
  id: 'ask-again',
  chapter: 1,
  title: {
    en: 'The one report is used up. Can you ask once more?',
    zh: '唯一的一次报告已经用掉了。还能再问一次吗？',
  },
  belief: {
    en: 'After an edge was reported there is no way back: one has to wait for the peer to send.',
    zh: '边缘报告过之后就没办法了，只能等对端再发数据。',
  },
  transcript: `
pipe r w
ep E; add E r IN|ET
write w 5 -> 5
wait E -> r:IN
wait E -> nothing
mod E r IN|ET -> ok
wait E ? -> r:IN
wait E -> nothing
`,
  questions: [
    {
      text: {
        en: 'The registration was modified, to the same mask. What does the wait return?',
        zh: '用同样的掩码修改了注册。等待会返回什么？',
      },
      choices: ['nothing', 'EEXIST', 'r:IN'],
    },
  ],
  rule: {
    en: 'EPOLL_CTL_MOD takes a fresh look, even with the same mask: that is how a registration is re-armed.',
    zh: 'EPOLL_CTL_MOD 会重新检查一次，掩码相同也一样：这就是“重新启用”。',
  },
  fix: {
    text: {
      en: 'Who hands a descriptor to another thread uses EPOLLONESHOT, and modifies it when that one is done.',
      zh: '把描述符交给别的线程时用 EPOLLONESHOT，处理完再修改注册。',
    },
    transcript: `
pipe r w
ep E; add E r IN|ONESHOT
write w 5 -> 5
wait E -> r:IN
write w 5 -> 5
wait E -> nothing
mod E r IN|ONESHOT -> ok
wait E -> r:IN
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLLONESHOT',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'boostorg/asio #320: a loop that is woken by registering again',
      url: 'https://github.com/boostorg/asio/issues/320',
    },
  ],
}
