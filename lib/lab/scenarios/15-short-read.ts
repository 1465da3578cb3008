import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 15,
  id: 'short-read',
  chapter: 2,
  title: {
    en: 'You got fewer bytes than you asked for. Is the socket empty?',
    zh: '读到的比要的少，说明已经读空了吗？',
  },
  belief: {
    en: 'A short read means the socket is drained; the next event will tell me about the rest.',
    zh: '读到的字节数不足（short read），说明套接字已经读空了，后面的事情等下一个事件再说。',
  },
  transcript: `
tcp c s
ep E; add E s IN|ET
send c 10 -> 10
close c
wait E -> s:IN
recv s 1024 -> 10
wait E 20 ? -> nothing
recv s 1024 ? -> 0
`,
  questions: [
    {
      text: {
        en: "The client sent ten bytes and closed, and you've read them. What does the next wait return?",
        zh: '客户端发了 10 个字节就关闭了，数据已读完。下一次等待返回什么？',
      },
      choices: ['s:IN', 'nothing', 's:IN|HUP'],
    },
    {
      text: { en: 'And one more recv?', zh: '再 recv 一次呢？' },
      choices: ['EAGAIN', '0', 'ECONNRESET'],
    },
  ],
  rule: {
    en: 'The data and the end of the stream came as one edge. Stop at a short read and you save a call, but miss the end.',
    zh: '数据和流结束合成了一次触发：一遇到读取不足就停，可以省一次调用，却会错过流结束。',
  },
  fix: {
    text: {
      en: 'Register RDHUP too. Its bit tells you that the end has arrived, so that a short read must not stop your loop.',
      zh: '同时关注 RDHUP：这一位表明流结束已经到了，读取不足也不能停。',
    },
    transcript: `
tcp c s
ep E; add E s IN|RDHUP|ET
send c 10 -> 10
close c
wait E -> s:IN|RDHUP
drain s 1024 -> 10, then 0
`,
  },
  links: [
    {
      label: 'epoll(7), Questions and answers: A9',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'netty #6199: after RDHUP, read to the end',
      url: 'https://github.com/netty/netty/pull/6199',
    },
  ],
}
