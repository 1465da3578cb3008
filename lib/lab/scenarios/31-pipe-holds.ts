import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 31,
  id: 'pipe-holds',
  chapter: 4,
  title: {
    en: 'You write 2049 bytes at a time into a pipe of 65536. How many fit?',
    zh: '往 65536 字节的管道里每次写 2049 字节：能写进多少？',
  },
  belief: {
    en: 'A pipe holds 65536 bytes.',
    zh: '管道能装 65536 字节。',
  },
  transcript: `
pipe r w
ep L; add L w OUT
fill w 2049 ? -> 32784, then EAGAIN
wait L ? -> nothing
write w 100 ? -> 100
queued r -> 32884
`,
  questions: [
    {
      text: {
        en: 'Writes of 2049 bytes until EAGAIN. How many bytes are in the pipe?',
        zh: '每次写 2049 字节，直到 EAGAIN。管道里有多少字节？',
      },
      choices: ['65536, then EAGAIN', '63519, then EAGAIN', '32784, then EAGAIN'],
    },
    {
      text: { en: 'Is it writable?', zh: '它可写吗？' },
      choices: ['w:OUT', 'nothing', 'w:ERR'],
    },
    {
      text: { en: 'And a write of 100 bytes?', zh: '写 100 字节呢？' },
      choices: ['100', 'EAGAIN', 'EPIPE'],
    },
  ],
  rule: {
    en: 'A pipe has 16 slots of one page. A write uses the rest of the last page only if its tail fits, so half of every page can stay empty.',
    zh: '管道有 16 个槽，每个一页：只有尾部放得下时，写入才会用上一页的剩余空间，所以每一页都可能空着一半。',
  },
  fix: {
    text: {
      en: 'Trust EAGAIN, not your own arithmetic. To use all the room, write pieces that divide a page evenly.',
      zh: '以 EAGAIN 为准，不要靠自己算；想用满空间，就按能整除一页的大小写入。',
    },
    transcript: `
pipe r w
ep E; add E w OUT|ET
wait E -> w:OUT
fill w 2048 -> 65536, then EAGAIN
drain r -> 65536, then EAGAIN
wait E -> w:OUT
fill w 1 -> 65536, then EAGAIN
`,
  },
  links: [
    { label: 'pipe(7), Pipe capacity', url: 'https://man7.org/linux/man-pages/man7/pipe.7.html' },
    {
      label: 'PowerDNS #8196: not writable, but a write succeeds',
      url: 'https://github.com/PowerDNS/pdns/pull/8196',
    },
    {
      label: 'ocaml #14116: 16 pages, not 64 KiB',
      url: 'https://github.com/ocaml/ocaml/pull/14116',
    },
  ],
  kernels: [
    {
      en: 'With pages of 64 KiB, a pipe holds 1 MiB, and 31 writes of 2049 bytes share a page.',
      zh: '页大小为 64 KiB 时，管道有 1 MiB，31 次 2049 字节的写入共用一页。',
    },
  ],
}
