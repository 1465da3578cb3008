import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 7,
  id: 'read-is-edge',
  chapter: 1,
  title: {
    en: 'You read part of a full pipe. Who gets an edge?',
    zh: '从满的管道里读走一部分。这会触发谁？',
  },
  belief: {
    en: 'Reading changes the state of the pipe, so the reader gets a new edge for the rest.',
    zh: '读取改变了管道的状态，所以读端会因剩下的数据再触发一次。',
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
        en: "You read 4096 bytes, and 61440 are left. What does the reader's wait return?",
        zh: '读走了 4096 字节，还剩 61440 字节。读端的等待会返回什么？',
      },
      choices: ['r:IN', 'nothing', 'r:IN|HUP'],
    },
    {
      text: { en: "And the writer's wait?", zh: '写端的等待呢？' },
      choices: ['w:OUT', 'nothing', 'w:ERR'],
    },
  ],
  rule: {
    en: 'A read wakes whoever waits for room, a write wakes whoever waits for data. The bytes left over are no news to the reader.',
    zh: '读取唤醒等空间的一方，写入唤醒等数据的一方：剩下的数据对读端来说不算新变化。',
  },
  fix: {
    text: {
      en: 'Keep reading until EAGAIN. On the way, the writer is woken.',
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
      label: 'shadow #3274: a simulator that treated a partial read as an edge',
      url: 'https://github.com/shadow/shadow/issues/3274',
    },
  ],
  kernels: [
    {
      en: 'With pages of 64 KiB, a pipe holds 1 MiB (16 pages): 4096 bytes don\'t free a whole page, so both answers are "nothing".',
      zh: '页大小为 64 KiB 时，管道有 1 MiB（16 页）：4096 字节腾不出一整页，两个答案都是 nothing。',
    },
  ],
}
