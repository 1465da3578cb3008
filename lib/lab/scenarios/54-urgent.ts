import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 54,
  id: 'urgent',
  chapter: 7,
  title: {
    en: 'An urgent byte arrives. Is that EPOLLIN?',
    zh: '来了一个带外字节。这是 EPOLLIN 吗？',
  },
  belief: {
    en: 'Urgent data is data: it comes as EPOLLIN, only sooner.',
    zh: '带外数据也是数据：照样是 EPOLLIN，只是更快。',
  },
  transcript: `
tcp c s
ep L; add L s IN
ep P; add P s IN|PRI
sendoob c 1 -> 1
wait L ? -> nothing
wait P ? -> s:PRI
recv s 10 ? -> EAGAIN
recvoob s 1 -> EINVAL
`,
  questions: [
    {
      text: {
        en: 'One urgent byte was sent. What does the epoll that asked for IN return?',
        zh: '发送了 1 个带外字节。只关注 IN 的 epoll 返回什么？',
      },
      choices: ['s:IN', 'nothing'],
    },
    {
      text: { en: 'And the one that asked for IN and PRI?', zh: '同时关注 IN 和 PRI 的呢？' },
      choices: ['s:IN', 's:PRI', 's:IN|PRI'],
    },
    {
      text: {
        en: 'What does an ordinary recv return?',
        zh: '普通的 recv 返回什么？',
      },
      choices: ['1', '0', 'EAGAIN'],
    },
  ],
  rule: {
    en: 'An urgent byte is PRI alone and waits apart from the stream. An ordinary recv that reads past it discards it.',
    zh: '带外字节只触发 PRI，和数据流分开存放。普通的 recv 越过它时会把它丢掉。',
  },
  fix: {
    text: {
      en: 'If your protocol has urgent data, ask for PRI, and take the byte with MSG_OOB before anything else.',
      zh: '协议用到带外数据时就关注 PRI，并且先用 MSG_OOB 取走那个字节。',
    },
    transcript: `
tcp c s
ep P; add P s IN|PRI
send c 3 -> 3
sendoob c 1 -> 1
wait P -> s:IN|PRI
recvoob s 1 -> 1
wait P -> s:IN
recv s 10 -> 3
wait P -> nothing
`,
  },
  links: [
    { label: 'tcp(7), on urgent data', url: 'https://man7.org/linux/man-pages/man7/tcp.7.html' },
    {
      label: 'epoll_ctl(2), EPOLLPRI',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'cpython #75027: urgent data, for which selectors do not watch',
      url: 'https://github.com/python/cpython/issues/75027',
    },
  ],
}
