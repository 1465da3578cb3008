import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 30,
  id: 'page-slot',
  chapter: 4,
  title: {
    en: 'The pipe is full, and you read one byte. Can you write one byte?',
    zh: '管道满了，读走一个字节。能写进一个字节吗？',
  },
  belief: {
    en: 'A pipe is writable as soon as one byte in it is free.',
    zh: '管道只要空出一个字节就可写。',
  },
  transcript: `
pipe r w
ep L; add L w OUT
ep E; add E w OUT|ET
wait E -> w:OUT
fill w -> 65536, then EAGAIN
read r 1 -> 1
wait L ? -> nothing
write w 1 ? -> EAGAIN
read r 4094 -> 4094
wait L -> nothing
read r 1 -> 1
wait L ? -> w:OUT
wait E -> w:OUT
write w 4096 -> 4096
write w 1 -> EAGAIN
`,
  questions: [
    {
      text: {
        en: 'The pipe holds 65536 bytes, and 65535 are in it. What does the level-triggered wait return?',
        zh: '能装 65536 字节的管道里有 65535 字节。水平触发的等待会返回什么？',
      },
      choices: ['w:OUT', 'nothing', 'w:ERR'],
    },
    {
      text: { en: 'And a write of one byte?', zh: '写一个字节呢？' },
      choices: ['1', 'EAGAIN', 'EPIPE'],
    },
    {
      text: {
        en: "You've now read 4096 bytes in all. And now?",
        zh: '一共读走了 4096 字节。现在呢？',
      },
      choices: ['nothing', 'w:OUT', 'w:ERR'],
    },
  ],
  rule: {
    en: "A pipe is a ring of pages: it becomes writable when you've read one of them to its end.",
    zh: '管道是一圈页：其中一页被完全读完，才算可写。',
  },
  fix: {
    text: {
      en: "Don't count bytes: write until EAGAIN, wait for OUT, and keep writing.",
      zh: '不要自己数字节：写到 EAGAIN，等 OUT，再接着写。',
    },
    transcript: `
pipe r w
ep E; add E w OUT|ET
wait E -> w:OUT
fill w -> 65536, then EAGAIN
wait E -> nothing
read r 5000 -> 5000
wait E -> w:OUT
fill w -> 4096, then EAGAIN
wait E -> nothing
`,
  },
  links: [
    { label: 'pipe(7)', url: 'https://man7.org/linux/man-pages/man7/pipe.7.html' },
    {
      label: 'PowerDNS #8196: when a pipe is writable',
      url: 'https://github.com/PowerDNS/pdns/pull/8196',
    },
  ],
  kernels: [
    {
      en: "With pages of 64 KiB it's the same with larger numbers: the pipe holds 1 MiB and is writable after you read 65536 bytes.",
      zh: '页大小为 64 KiB 时规律相同，数字更大：管道有 1 MiB，读走 65536 字节后才可写。',
    },
  ],
}
