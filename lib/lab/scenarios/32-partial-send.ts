import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 32,
  id: 'partial-send',
  chapter: 4,
  title: {
    en: 'sendfile() has sent part of 3 MB. You call it again for the rest. What does it return?',
    zh: '用 sendfile 发 3 MB，只发出了一部分。接着再调用，会返回什么？',
  },
  belief: {
    en: 'send() sends everything I give it, and sendfile() sends the whole file.',
    zh: '我给 send 多少它就发多少，sendfile 会把整个文件发完。',
  },
  transcript: `
tcp c s
set s SNDBUF 100000
ep E; add E s OUT|ET
wait E -> s:OUT
sendfile s 3000000 -> >1000
sendfile s 3000000 ? -> EAGAIN
wait E 20 ? -> nothing
drain c -> * then EAGAIN
wait E 100 ? -> s:OUT
`,
  questions: [
    {
      text: {
        en: 'The first call sent only part. What does the second one return?',
        zh: '第一次调用只发出一部分。第二次会返回什么？',
      },
      choices: ['0', 'EAGAIN', 'EPIPE'],
    },
    {
      text: {
        en: "The client hasn't read anything yet. What does the wait return?",
        zh: '客户端还没有读。等待会返回什么？',
      },
      choices: ['s:OUT', 'nothing', 's:ERR'],
    },
    {
      text: {
        en: 'The client has read everything that arrived. And now?',
        zh: '客户端读完了到达的全部数据。现在呢？',
      },
      choices: ['s:OUT', 'nothing', 's:OUT|HUP'],
    },
  ],
  rule: {
    en: "The kernel takes what fits into the send buffer and tells you how much. You keep the rest until OUT says there's room again.",
    zh: '内核只收下发送缓冲区装得下的部分，并告诉你收了多少。剩下的由你保管，等 OUT 通知又有空间时再发。',
  },
  fix: {
    text: {
      en: 'Add what was sent to your offset, go on until EAGAIN, and continue at the next OUT.',
      zh: '把已发的字节数加到偏移量上，发到 EAGAIN 为止，下次 OUT 再接着发。',
    },
    transcript: `
tcp c s
set s SNDBUF 100000
ep E; add E s OUT|ET
wait E -> s:OUT
sendfile s 3000000 -> >1000
sendfile s 44000 -> EAGAIN
drain c -> * then EAGAIN
wait E 100 -> s:OUT
sendfile s 44000 -> 44000
drain c -> 44000, then EAGAIN
`,
  },
  links: [
    { label: 'sendfile(2)', url: 'https://man7.org/linux/man-pages/man2/sendfile.2.html' },
    { label: 'send(2)', url: 'https://man7.org/linux/man-pages/man2/send.2.html' },
    {
      label: 'tina4-php #118: downloads cut off at the send buffer',
      url: 'https://github.com/tina4stack/tina4-php/issues/118',
    },
  ],
}
