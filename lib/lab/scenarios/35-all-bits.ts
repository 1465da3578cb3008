import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 35,
  id: 'all-bits',
  chapter: 4,
  title: {
    en: "Two bytes lie unread, and there's room to write again. Which bits are reported?",
    zh: '有两个字节没读，现在又可以写了。会通知哪些位？',
  },
  belief: {
    en: 'With EPOLLET each bit is reported once: a second IN means that more data arrived.',
    zh: '在 EPOLLET 下每个位只通知一次：再次看到 IN，说明又来了数据。',
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
        en: 'The peer has emptied the full socket; nothing arrived. The mask is IN|OUT|ET: what does the wait return?',
        zh: '对端把占满的套接字读空了，没有新数据到来。掩码是 IN|OUT|ET：等待会返回什么？',
      },
      choices: ['a:OUT', 'a:IN|OUT', 'nothing'],
    },
    {
      text: {
        en: 'In another epoll its mask is IN|ET. What does that wait return?',
        zh: '在另一个 epoll 里它的掩码是 IN|ET。那里的等待返回什么？',
      },
      choices: ['a:IN', 'nothing'],
    },
  ],
  rule: {
    en: 'A wake-up for one bit of the mask reports all of its bits that are ready: the event shows the state, not what changed.',
    zh: '掩码里任何一位引起的唤醒，都会返回掩码里所有就绪的位：事件说的是状态，不是变化。',
  },
  fix: {
    text: {
      en: 'Treat each bit as a hint to try. If you must keep them apart, register a duplicate for OUT: then each comes on its own.',
      zh: '把每个位当作“可以试试”的提示。一定要分开时，用副本单独注册 OUT：这样两者互不影响。',
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
