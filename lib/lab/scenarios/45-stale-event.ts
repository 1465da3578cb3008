import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 45,
  id: 'stale-event',
  chapter: 6,
  title: {
    en: 'Two events in one batch. Handling the first closes the second. What happens?',
    zh: '一批里有两个事件，处理第一个时关闭了第二个。会怎样？',
  },
  belief: {
    en: 'Whatever epoll_wait just returned is valid: I can work through the batch.',
    zh: 'epoll_wait 刚返回的事件都是有效的，照着这一批处理就行。',
  },
  transcript: `
pair a x; pair b y
ep L; add L a IN; add L b IN
send x 1 -> 1; send y 1 -> 1
wait L -> a:IN, b:IN
close b
pair n z
recv b 1 ? -> EAGAIN
send b "for y" ? -> 5
recv z 10 ? -> 5
`,
  questions: [
    {
      text: {
        en: "a's handler closed b and accepted n, which got b's number. The batch still has b:IN: what does recv on that number return?",
        zh: 'a 的处理函数关闭了 b，又接受了 n，n 拿到了 b 的编号。这一批里还有 b:IN：对这个编号 recv 返回什么？',
      },
      choices: ['1', 'EBADF', 'EAGAIN'],
    },
    {
      text: {
        en: "b's handler has an answer for y and sends it to that number. What does send return?",
        zh: 'b 的处理函数有一份给 y 的回复，发往这个编号。send 返回什么？',
      },
      choices: ['5', 'EBADF', 'EPIPE'],
    },
    {
      text: {
        en: "z, the peer of n, is a client that hasn't asked for anything. What does its recv return?",
        zh: 'n 的对端 z 是另一个客户端，它什么都没请求。它的 recv 返回什么？',
      },
      choices: ['EAGAIN', '0', '5'],
    },
  ],
  rule: {
    en: 'A batch is a snapshot: a handler can close the descriptor of a later event, and its number can belong to another connection by then.',
    zh: '一批事件只是一张快照：前面的处理函数可能关闭了后面事件的描述符，那个编号可能已是另一条连接。',
  },
  fix: {
    text: {
      en: 'Close at the end of the batch: until then no new file gets the number. Or give each registration a generation and compare it.',
      zh: '等这一批处理完再关闭：在那之前编号不会给新文件。或者给每次注册编上版本号（generation），处理前先核对。',
    },
    transcript: `
pair a x; pair b y
ep L; add L a IN; add L b IN
send x 1 -> 1; send y 1 -> 1
wait L -> a:IN, b:IN
del L b -> ok
pair n z
send b "for y" -> 5
close b
recv y 10 -> 5
recv z 10 -> EAGAIN
`,
  },
  links: [
    {
      label: 'epoll(7), Possible pitfalls: if using an event cache',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 're #266: pending events of a closed descriptor reach a new one',
      url: 'https://github.com/creytiv/re/pull/266',
    },
  ],
}
