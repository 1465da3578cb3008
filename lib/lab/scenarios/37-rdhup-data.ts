import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 37,
  id: 'rdhup-data',
  chapter: 5,
  title: {
    en: 'RDHUP arrived. Can you close without reading?',
    zh: '收到了 RDHUP。可以不读就关闭吗？',
  },
  belief: {
    en: "RDHUP means the connection is over: close it right away, there's nothing left to read.",
    zh: 'RDHUP 说明连接结束了：马上关闭就行，没有什么可读了。',
  },
  transcript: `
tcp c s
ep E; add E s IN|RDHUP|ET
ep C; add C c IN|RDHUP
send c "bye" -> 3
shut c WR
wait E -> s:IN|RDHUP
queued s ? -> 3
close s
wait C -> c:IN|ERR|HUP|RDHUP
recv c 10 ? -> ECONNRESET
`,
  questions: [
    {
      text: {
        en: 'RDHUP was reported. How many bytes are waiting in the socket?',
        zh: '已经收到 RDHUP。套接字里还有多少字节等待读取？',
      },
      choices: ['0', '3'],
    },
    {
      text: {
        en: 'The server closed without reading them. The client still waits for an answer: what does its recv return?',
        zh: '服务端没读就关闭了。客户端还在等回复：它的 recv 返回什么？',
      },
      choices: ['0', 'EAGAIN', 'ECONNRESET'],
    },
  ],
  rule: {
    en: "RDHUP says that the peer sends nothing more, not that you've read everything. Closing with unread bytes resets the connection.",
    zh: 'RDHUP 表示对端不再发送，不表示你已经读完。还有数据没读就关闭，会重置连接（RST）。',
  },
  fix: {
    text: {
      en: 'Read until 0, answer if you have something to say, then close.',
      zh: '一直读到 0，有话要回就先回，然后关闭。',
    },
    transcript: `
tcp c s
ep E; add E s IN|RDHUP|ET
send c "bye" -> 3
shut c WR
wait E -> s:IN|RDHUP
drain s -> 3, then 0
send s "bye bye" -> 7
close s
drain c -> 7, then 0
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLLRDHUP',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'netty #4317: last packets are discarded when the peer disconnects',
      url: 'https://github.com/netty/netty/issues/4317',
    },
  ],
}
