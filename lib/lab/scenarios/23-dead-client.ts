import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 23,
  id: 'dead-client',
  chapter: 3,
  title: {
    en: 'A client resets its connection before you accept it. What does the listener report?',
    zh: '客户端在 accept 之前就重置了连接。监听套接字会返回什么事件？',
  },
  belief: {
    en: 'IN on a listener means a client is there, ready to be served.',
    zh: '监听套接字上有 IN，就是有一个能服务的客户端在等。',
  },
  transcript: `
listen S
ep E; add E S IN
connect c S
rst c
wait E ? -> S:IN
accept s S ? -> ok
recv s 1 ? -> ECONNRESET
recv s 1 -> 0
`,
  questions: [
    {
      text: {
        en: 'The client came and is gone again. What does the wait return?',
        zh: '客户端来过，又走了。等待会返回什么？',
      },
      choices: ['nothing', 'S:IN'],
    },
    { text: { en: 'And accept?', zh: 'accept 呢？' }, choices: ['EAGAIN', 'ECONNABORTED', 'ok'] },
    {
      text: { en: 'And the first recv?', zh: '第一次 recv 呢？' },
      choices: ['EAGAIN', '0', 'ECONNRESET'],
    },
  ],
  rule: {
    en: "IN on a listener means there's a connection in the queue, not that its client is still there.",
    zh: '监听套接字的 IN 说的是全连接队列里有连接，而不是客户端还在。',
  },
  fix: {
    text: {
      en: 'Register what accept returns as usual: its first event is its error. Close that socket and serve the others.',
      zh: 'accept 得到的照样注册：它的第一个事件就是错误。只关掉这一个套接字，其他的照常服务。',
    },
    transcript: `
listen S
ep E; add E S IN|ET
connect c S
connect d S
rst c
wait E -> S:IN
accept x S -> ok
accept y S -> ok
accept z S -> EAGAIN
add E x IN|RDHUP|ET; add E y IN|RDHUP|ET
wait E -> x:IN|ERR|HUP|RDHUP
recv x 1 -> ECONNRESET
close x
send d 3 -> 3
wait E -> y:IN
recv y 3 -> 3
`,
  },
  links: [
    {
      label: 'accept(2), Error handling',
      url: 'https://man7.org/linux/man-pages/man2/accept.2.html',
    },
    {
      label: 'asterinas #3835: a kernel that crashed on it',
      url: 'https://github.com/asterinas/asterinas/pull/3835',
    },
  ],
}
