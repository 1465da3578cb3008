import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 33,
  id: 'else-if',
  chapter: 4,
  title: {
    en: 'if (IN) read; else if (OUT) write. What can be wrong with that?',
    zh: 'if (IN) 读；else if (OUT) 写。会有什么问题？',
  },
  belief: {
    en: 'An event is either readable or writable; if I miss one, it comes again.',
    zh: '一个事件要么可读，要么可写；漏掉的下次还会来。',
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
        en: 'The peer has read all that was sent, and has answered. What does the wait return?',
        zh: '对端读完了发来的全部数据，还回了话。等待会返回什么？',
      },
      choices: ['a:IN', 'a:OUT', 'a:IN|OUT', 'a:IN, a:OUT'],
    },
    {
      text: {
        en: 'IN was handled, so "else if" passed over OUT. More is to be sent: what does the next wait return?',
        zh: '处理了 IN，“else if” 就跳过了 OUT。还有数据要发：下一次等待会返回什么？',
      },
      choices: ['a:OUT', 'nothing', 'a:IN|OUT'],
    },
  ],
  rule: {
    en: 'One edge can carry both bits, and it comes once: what the else passes over is lost.',
    zh: '一次边缘可以同时带上两个位，而且只来一次：被 else 跳过的就丢了。',
  },
  fix: {
    text: {
      en: 'Two ifs: read what is there, then send what waits.',
      zh: '用两个 if：先读完已有的，再发送等着的。',
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
