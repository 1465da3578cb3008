import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 14,
  id: 'eagain',
  chapter: 2,
  title: {
    en: 'You drain a socket and the last recv fails. Is the connection broken?',
    zh: '把套接字读空时，最后一次 recv 失败了。连接坏了吗？',
  },
  belief: {
    en: 'recv returned -1, so something went wrong: log it and close the connection.',
    zh: 'recv 返回 -1，一定是出错了：记日志，关连接。',
  },
  transcript: `
tcp c s
ep E; add E s IN|ET
send c 2000 -> 2000
wait E -> s:IN
recv s 1024 -> 1024
recv s 1024 -> 976
recv s 1024 ? -> EAGAIN
error s ? -> 0
send c 1 -> 1
wait E ? -> s:IN
`,
  questions: [
    {
      text: {
        en: "You've read all 2000 bytes, and the client is still there. What does one more recv return?",
        zh: '2000 个字节都读完了，客户端还在。再 recv 一次会得到什么？',
      },
      choices: ['0', 'EAGAIN', 'ECONNRESET'],
    },
    {
      text: {
        en: 'Which error does the socket report (SO_ERROR)?',
        zh: '这个套接字上有什么错误（SO_ERROR）？',
      },
      choices: ['0', 'EPIPE', 'ECONNRESET'],
    },
    {
      text: {
        en: 'The client sends one more byte. What does the wait return?',
        zh: '客户端又发来 1 个字节。等待会返回什么？',
      },
      choices: ['nothing', 's:IN|ERR|HUP', 's:IN'],
    },
  ],
  rule: {
    en: 'EAGAIN means "nothing right now". It\'s how every drain ends, and the connection is fine.',
    zh: 'EAGAIN 的意思是“现在没有”：每次读空都以它结束，连接一切正常。',
  },
  fix: {
    text: {
      en: 'A recv has three kinds of answers: EAGAIN, so wait; a number, which is data; 0, the end of the stream.',
      zh: 'recv 有三种结果，三种处理：EAGAIN 就去等待；正数是数据；0 是流结束。',
    },
    transcript: `
tcp c s
ep E; add E s IN|RDHUP|ET
recv s 1024 -> EAGAIN
send c 3 -> 3
wait E -> s:IN
drain s 1024 -> 3, then EAGAIN
close c
wait E -> s:IN|RDHUP
recv s 1024 -> 0
`,
  },
  links: [
    { label: 'recv(2), EAGAIN', url: 'https://man7.org/linux/man-pages/man2/recv.2.html' },
    {
      label: 'openpmix #2918: EAGAIN treated as an error, the peer aborted',
      url: 'https://github.com/openpmix/openpmix/pull/2918',
    },
  ],
}
