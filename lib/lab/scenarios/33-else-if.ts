import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 33,
  id: 'else-if',
  chapter: 4,
  title: {
    en: "if (IN) read; else if (OUT) write. What's wrong with that?",
    zh: 'if (IN) 读；else if (OUT) 写。这样写有什么问题？',
  },
  belief: {
    en: 'An event is either readable or writable. If I miss one, it comes again.',
    zh: '一个事件要么可读，要么可写。漏掉的下次还会来。',
  },
  transcript: `
pair a b
ep E; add E a IN|OUT|ET
fill a -> * then EAGAIN
drain b -> * then EAGAIN
send b 2 -> 2
wait E ? -> a:IN|OUT
recv a 10 -> 2
recv a 10 -> EAGAIN
wait E 20 ? -> nothing
poll a -> a:OUT
`,
  questions: [
    {
      text: {
        en: 'The peer has read everything and answered. What does the wait return?',
        zh: '对端读完了全部数据，还回了话。等待会返回什么？',
      },
      choices: ['a:IN', 'a:OUT', 'a:IN|OUT'],
    },
    {
      text: {
        en: 'Your code handled IN, and the else skipped OUT. You have more to send: what does the next wait return?',
        zh: '代码处理了 IN，else 跳过了 OUT。你还有数据要发：下一次等待会返回什么？',
      },
      choices: ['a:OUT', 'nothing', 'a:IN|OUT'],
    },
  ],
  rule: {
    en: 'One edge can carry both bits, and it comes once: whatever the else skips is lost.',
    zh: '一次触发可以同时带上两个位，而且只来一次：被 else 跳过的就丢了。',
  },
  fix: {
    text: {
      en: "Use two ifs: read what's there, then send what's waiting.",
      zh: '用两个 if：先读完已有的数据，再发送等着的数据。',
    },
    transcript: `
pair a b
ep E; add E a IN|OUT|ET
fill a -> * then EAGAIN
drain b -> * then EAGAIN
send b 2 -> 2
wait E -> a:IN|OUT
drain a -> 2, then EAGAIN
fill a -> * then EAGAIN
drain b -> * then EAGAIN
wait E -> a:OUT
`,
  },
  links: [
    { label: 'epoll_wait(2)', url: 'https://man7.org/linux/man-pages/man2/epoll_wait.2.html' },
    { label: 'handy #74: a lost OUT', url: 'https://github.com/yedf2/handy/issues/74' },
  ],
}
