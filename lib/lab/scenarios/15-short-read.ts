import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 15,
  id: 'short-read',
  chapter: 2,
  title: {
    en: 'Fewer bytes came than were asked for. Is that the end of the drain?',
    zh: '读到的比要的少。读尽到此为止了吗？',
  },
  belief: {
    en: 'A short read means that the socket is drained; the next event tells the rest.',
    zh: '短读说明套接字已经读空了，后面的事情等下一个事件再说。',
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
        en: 'The client has sent ten bytes and closed. They are read. What does the next wait return?',
        zh: '客户端发了 10 个字节就关闭了，数据已读完。下一次等待返回什么？',
      },
      choices: ['s:IN', 'nothing', 's:IN|RDHUP', 's:HUP'],
    },
    {
      text: { en: 'And one more recv?', zh: '再 recv 一次呢？' },
      choices: ['EAGAIN', '0', 'ECONNRESET'],
    },
  ],
  rule: {
    en: 'Data and end came as one edge: stopping at a short read saves a call, and hides the end of the stream.',
    zh: '数据和流结束合成了一次边缘：遇到短读就停可以省一次调用，却会错过流结束。',
  },
  fix: {
    text: {
      en: 'Ask for RDHUP too: its bit says that the end is there, and that a short read must not stop the drain.',
      zh: '同时关注 RDHUP：它表明流结束已经到了，遇到短读也不能停。',
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
      label: 'netty #6199: RDHUP needs reading to the end',
      url: 'https://github.com/netty/netty/pull/6199',
    },
  ],
}
