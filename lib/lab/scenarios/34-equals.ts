import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 34,
  id: 'equals',
  chapter: 4,
  title: {
    en: 'if (events == EPOLLIN): when is that true?',
    zh: 'if (events == EPOLLIN)：什么时候成立？',
  },
  belief: {
    en: 'When data arrives, events equals EPOLLIN.',
    zh: '数据到了，events 就等于 EPOLLIN。',
  },
  transcript: `
pair a b
ep E; add E a IN|OUT|ET
wait E -> a:OUT
send b 2 -> 2
wait E ? -> a:IN|OUT
tcp c s
add E s IN|RDHUP|ET
send c 2 -> 2
close c
wait E ? -> s:IN|RDHUP
`,
  questions: [
    {
      text: {
        en: "Two bytes arrived for a. What's the mask of its event?",
        zh: 'a 收到了 2 个字节。事件的掩码是什么？',
      },
      choices: ['a:IN', 'a:IN|OUT', 'a:OUT'],
    },
    {
      text: {
        en: "A client sent two bytes and closed. What's the mask now?",
        zh: '客户端发送 2 个字节后关闭。现在掩码是什么？',
      },
      choices: ['s:IN', 's:RDHUP', 's:IN|RDHUP', 's:IN|HUP'],
    },
  ],
  rule: {
    en: 'A mask is a set of bits: test each one with &, never compare the whole.',
    zh: '掩码是一组位：用 & 逐位判断，不要整体比较。',
  },
  fix: {
    text: {
      en: "Handle every bit that's set, in one pass: IN first, then OUT, then the end.",
      zh: '一次处理完所有置位的位：先 IN，再 OUT，最后是结束。',
    },
    transcript: `
tcp c s
ep E; add E s IN|OUT|RDHUP|ET
send c 2 -> 2
close c
wait E -> s:IN|OUT|RDHUP
drain s -> 2, then 0
`,
  },
  links: [
    { label: 'epoll_wait(2)', url: 'https://man7.org/linux/man-pages/man2/epoll_wait.2.html' },
    {
      label: 'twisted #2814: HUP and ERR together are neither of them',
      url: 'https://github.com/twisted/twisted/issues/2814',
    },
  ],
}
