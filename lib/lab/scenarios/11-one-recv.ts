import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 11,
  id: 'one-recv',
  chapter: 2,
  title: {
    en: 'One recv(1024) for each event: what becomes of the rest?',
    zh: '每个事件只 recv(1024) 一次：剩下的怎么办？',
  },
  belief: {
    en: 'recv(1024) is enough for a request; if there is more, another event will come.',
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
        en: '1974 bytes of the request are left in the socket. What does a wait of 50 ms return?',
        zh: '请求还有 1974 字节留在套接字里。等待 50 毫秒会返回什么？',
      },
      choices: ['s:IN', 'nothing', 's:IN|RDHUP'],
    },
  ],
  rule: {
    en: 'One edge stands for all that has arrived; what is not read now nobody reports, and the client waits for ever.',
    zh: '一次边缘代表已经到达的全部数据；现在不读，就没有人再报告，客户端会一直等下去。',
  },
  fix: {
    text: {
      en: 'Receive until EAGAIN. A request is whole when its own bytes say so, never because an event ended.',
      zh: '一直接收到 EAGAIN。请求是否完整由它自己的字节决定，而不是由事件决定。',
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
