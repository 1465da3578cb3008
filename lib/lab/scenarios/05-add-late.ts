import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 5,
  id: 'add-late',
  chapter: 1,
  title: {
    en: 'The data arrived before you registered. Is it lost?',
    zh: '数据在注册之前就到了。会丢吗？',
  },
  belief: {
    en: 'Edge-triggered only sees what happens after I register.',
    zh: '边缘触发只能看到注册之后发生的事情。',
  },
  transcript: `
pipe r w
write w 5 -> 5
ep E; add E r IN|ET
wait E ? -> r:IN
wait E -> nothing
`,
  questions: [
    {
      text: {
        en: 'Nothing has happened since you registered. What does the first wait return?',
        zh: '注册之后什么都没发生。第一次等待会返回什么？',
      },
      choices: ['nothing', 'r:IN', 'r:IN|HUP'],
    },
  ],
  rule: {
    en: 'EPOLL_CTL_ADD checks once whether the descriptor is ready; after that, only new events count.',
    zh: 'EPOLL_CTL_ADD 会检查一次当前是否就绪；之后才只看新的变化。',
  },
  fix: {
    text: {
      en: "Nothing to fix: accept, register, wait. You don't need to read before you register.",
      zh: '不用改：接受、注册、等待即可，注册之前不必先读一次。',
    },
    transcript: `
tcp c s
send c 5 -> 5
ep E; add E s IN|ET
wait E -> s:IN
drain s -> 5, then EAGAIN
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLL_CTL_ADD',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'smol-rs/polling #168: the same question, and its answer',
      url: 'https://github.com/smol-rs/polling/issues/168',
    },
  ],
}
