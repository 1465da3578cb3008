import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 32,
  id: 'partial-send',
  chapter: 4,
  title: {
    en: 'sendfile of 3 MB has sent a part. What does it say when called again for the rest?',
    zh: '用 sendfile 发 3 MB，只发出了一部分。接着再调用会怎样？',
  },
  belief: {
    en: 'send sends all that I give it, and sendfile the whole file.',
    zh: 'send 会发完我给的全部数据，sendfile 会发完整个文件。',
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
        en: 'The first call has sent less than all of it. What does the second answer?',
        zh: '第一次调用没有全部发完。第二次会返回什么？',
      },
      choices: ['0', 'EAGAIN', 'EPIPE'],
    },
    {
      text: {
        en: 'The client reads nothing yet. What does the wait return?',
        zh: '客户端还没有读。等待会返回什么？',
      },
      choices: ['s:OUT', 'nothing', 's:ERR'],
    },
    {
      text: { en: 'And after it has read all that came?', zh: '它读完到达的全部数据之后呢？' },
      choices: ['s:OUT', 'nothing', 's:IN|OUT'],
    },
  ],
  rule: {
    en: 'The kernel takes what fits into the send buffer and says how much; the rest is yours, until OUT says that there is room again.',
    zh: '内核只收下发送缓冲区装得下的，并告诉你收了多少；剩下的归你保管，直到 OUT 表示又有空间。',
  },
  fix: {
    text: {
      en: 'Add what was sent to your offset, send on until EAGAIN, and again at each OUT.',
      zh: '把已发的字节数加到偏移量上，一直发到 EAGAIN，每次 OUT 再接着发。',
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
