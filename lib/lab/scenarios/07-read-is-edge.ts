import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 7,
  id: 'read-is-edge',
  chapter: 1,
  title: {
    en: 'A part is read from a full pipe. For whom is that an edge?',
    zh: '从满的管道里读走一部分。这对谁算一次边缘？',
  },
  belief: {
    en: 'Reading changes the state of the pipe, so the reader gets a new edge for what is left.',
    zh: '读取改变了管道的状态，所以剩下的数据会给读端一次新的边缘。',
  },
  transcript: `
pipe r w
ep R; add R r IN|ET
ep W; add W w OUT|ET
wait W -> w:OUT
fill w -> 65536, then EAGAIN
wait R -> r:IN
wait W -> nothing
read r 4096 -> 4096
wait R ? -> nothing
wait W ? -> w:OUT
queued r -> 61440
`,
  questions: [
    {
      text: {
        en: '4096 bytes were read, 61440 are left. What does the wait for the reading end return?',
        zh: '读走了 4096 字节，还剩 61440 字节。读端的等待会返回什么？',
      },
      choices: ['r:IN', 'nothing', 'r:IN|HUP'],
    },
    {
      text: { en: 'And the one for the writing end?', zh: '写端的等待呢？' },
      choices: ['w:OUT', 'nothing', 'w:ERR'],
    },
  ],
  rule: {
    en: 'A read wakes those who wait for room, a write those who wait for data: what is left is no news for the reader.',
    zh: '读取唤醒等空间的一方，写入唤醒等数据的一方：剩下的数据对读端来说不算新动静。',
  },
  fix: {
    text: {
      en: 'Read on until EAGAIN; the writer is woken meanwhile.',
      zh: '接着读到 EAGAIN；写端在这期间就会被唤醒。',
    },
    transcript: `
pipe r w
ep R; add R r IN|ET
ep W; add W w OUT|ET
wait W -> w:OUT
fill w -> 65536, then EAGAIN
wait R -> r:IN
drain r -> 65536, then EAGAIN
wait R -> nothing
wait W -> w:OUT
`,
  },
  links: [
    {
      label: 'epoll(7), Level-triggered and edge-triggered',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    { label: 'pipe(7)', url: 'https://man7.org/linux/man-pages/man7/pipe.7.html' },
    {
      label: 'shadow #3274: a simulator that took a partial read for an edge',
      url: 'https://github.com/shadow/shadow/issues/3274',
    },
  ],
  kernels: [
    {
      range: 'any, with pages of 64 KiB',
      text: {
        en: 'A pipe holds 16 pages, there 1 MiB: 4096 bytes are no whole page, and both predictions would be nothing.',
        zh: '管道有 16 页，那里就是 1 MiB：4096 字节不满一页，两个答案都会是 nothing。',
      },
    },
  ],
}
