import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 11,
  id: 'one-recv',
  chapter: 2,
  title: {
    en: 'One recv(1024) per event: what happens to the rest?',
    zh: '每个事件只 recv(1024) 一次：剩下的怎么办？',
  },
  belief: {
    en: "recv(1024) is enough for a request. If there's more, another event will come.",
    zh: 'recv(1024) 足够读一个请求；如果还有，会再来一个事件。',
  },
  transcript: `
tcp c s
ep E; add E s IN|ET
send c 2998 -> 2998
wait E -> s:IN
recv s 1024 -> 1024
wait E 50 ? -> nothing
queued s -> 1974
`,
  questions: [
    {
      text: {
        en: '1974 bytes of the request are still in the socket. What does a 50 ms wait return?',
        zh: '请求还有 1974 字节留在套接字里。等待 50 毫秒会返回什么？',
      },
      choices: ['s:IN', 'nothing', 's:IN|HUP'],
    },
  ],
  rule: {
    en: "One edge covers everything that has arrived. What you don't read now is never reported again, and the client waits forever.",
    zh: '一次触发代表已经到达的全部数据；现在不读，就不会再有通知，客户端会一直等下去。',
  },
  fix: {
    text: {
      en: 'Receive until EAGAIN: drain the socket. Let the bytes tell you whether a request is complete, never the event.',
      zh: '一直接收到 EAGAIN，把套接字读空。请求是否完整由它自己的字节决定，而不是由事件决定。',
    },
    transcript: `
tcp c s
ep E; add E s IN|ET
send c 2998 -> 2998
wait E -> s:IN
drain s 1024 -> 2998, then EAGAIN
queued s -> 0
`,
  },
  links: [
    {
      label: 'epoll(7), Example for suggested usage',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    { label: 'mio #45: read until would-block', url: 'https://github.com/tokio-rs/mio/issues/45' },
  ],
}
