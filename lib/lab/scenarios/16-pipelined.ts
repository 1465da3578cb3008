import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 16,
  id: 'pipelined',
  chapter: 2,
  title: {
    en: 'Two requests arrive together. How many events?',
    zh: '两个请求一起到达。会有几个事件？',
  },
  belief: {
    en: 'One event is one request: read it, answer it, wait for the next one.',
    zh: '一个事件就是一个请求：读出来，回答，再等下一个。',
  },
  transcript: `
tcp c s
ep E; add E s IN|ET
send c "GET /a HTTP/1.1\\r\\n\\r\\nGET /b HTTP/1.1\\r\\n\\r\\n" -> 38
wait E -> s:IN
recv s 4096 ? -> 38
wait E 20 ? -> nothing
`,
  questions: [
    {
      text: {
        en: 'Each request has 19 bytes. How many does recv return?',
        zh: '每个请求 19 字节。recv 会读到多少？',
      },
      choices: ['19', '38', '4096'],
    },
    {
      text: {
        en: "You've answered the first request. What does the next wait return?",
        zh: '第一个请求已经回答。下一次等待会返回什么？',
      },
      choices: ['s:IN', 'nothing', 's:IN|HUP'],
    },
  ],
  rule: {
    en: 'An event is about bytes, not messages: one recv can return two requests, or half of one.',
    zh: '事件说的是字节，不是消息：一次 recv 里可能有两个请求，也可能只有半个。',
  },
  fix: {
    text: {
      en: "Keep answering while your buffer holds a whole request, and keep what's left of it for the next event.",
      zh: '只要缓冲区里有完整的请求就接着回答，剩下的留到下一个事件。',
    },
    transcript: `
tcp c s
ep E; add E s IN|ET
send c "GET /a HTTP/1.1\\r\\n\\r\\nGET /b HT" -> 28
wait E -> s:IN
drain s -> 28, then EAGAIN
send s "HTTP/1.1 204 OK\\r\\n\\r\\n" -> 19
send c "TP/1.1\\r\\n\\r\\n" -> 10
wait E -> s:IN
drain s -> 10, then EAGAIN
send s "HTTP/1.1 204 OK\\r\\n\\r\\n" -> 19
`,
  },
  links: [
    { label: 'tcp(7)', url: 'https://man7.org/linux/man-pages/man7/tcp.7.html' },
    {
      label: 'libwebsockets #638: only the first pipelined request was served',
      url: 'https://github.com/warmcat/libwebsockets/issues/638',
    },
  ],
}
