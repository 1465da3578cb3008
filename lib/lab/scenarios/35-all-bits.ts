import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 35,
  id: 'all-bits',
  chapter: 4,
  title: {
    en: 'Two bytes lie unread, and room to write comes back. Which bits are reported?',
    zh: '有两个字节没读，可写的空间又回来了。会报告哪些位？',
  },
  belief: {
    en: 'Under EPOLLET each bit is reported once: IN again means that more has come.',
    zh: '在 EPOLLET 下每个位只报告一次：再次看到 IN 就是又来了数据。',
  },
  transcript: `
pair a b
ep E; add E a IN|OUT|ET
ep R; add R a IN|ET
wait E -> a:OUT
send b 2 -> 2
wait E -> a:IN|OUT
wait R -> a:IN
fill a -> * then EAGAIN
wait E -> nothing
drain b -> * then EAGAIN
wait E ? -> a:IN|OUT
wait R ? -> nothing
queued a -> 2
`,
  questions: [
    {
      text: {
        en: 'The peer has read what filled the socket; nothing came in. The mask is IN|OUT|ET: what does the wait return?',
        zh: '对端读走了占满套接字的数据，没有新数据到来。掩码是 IN|OUT|ET：等待会返回什么？',
      },
      choices: ['a:OUT', 'a:IN|OUT', 'nothing'],
    },
    {
      text: {
        en: 'On another epoll its mask is IN|ET. And there?',
        zh: '在另一个 epoll 上掩码是 IN|ET。那里呢？',
      },
      choices: ['a:IN', 'a:IN|OUT', 'nothing'],
    },
  ],
  rule: {
    en: 'A wake-up for one bit of the mask reports all of its bits that are ready: the mask tells the state, not what has changed.',
    zh: '掩码中任何一位引起的唤醒，都会报告其中所有就绪的位：它说的是状态，不是变化。',
  },
  fix: {
    text: {
      en: 'Take each bit as a hint to try. Who must keep them apart registers a duplicate for OUT: then each comes by itself.',
      zh: '把每个位都当作“可以试试”的提示。一定要分开的，用副本单独注册 OUT：这样两者互不牵连。',
    },
    transcript: `
pair a b
dup out a
ep E; add E a IN|ET; add E out OUT|ET
wait E -> out:OUT
send b 2 -> 2
wait E -> a:IN
fill a -> * then EAGAIN
drain b -> * then EAGAIN
wait E -> out:OUT
`,
  },
  links: [
    { label: 'epoll(7)', url: 'https://man7.org/linux/man-pages/man7/epoll.7.html' },
    {
      label: 'netty #9347: what if OUT stays in the mask?',
      url: 'https://github.com/netty/netty/pull/9347',
    },
  ],
}
