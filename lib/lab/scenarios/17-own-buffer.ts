import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 17,
  id: 'own-buffer',
  chapter: 2,
  title: {
    en: 'Level-triggered, two lines came, one is handled. Is the other one reported?',
    zh: '水平触发，来了两行，处理了一行。另一行会报告吗？',
  },
  belief: {
    en: 'Level-triggered never forgets: as long as something is not handled, it reports.',
    zh: '水平触发不会忘事：只要还有没处理的，它就一直报告。',
  },
  transcript: `
tcp c s
ep L; add L s IN
send c "one\\ntwo\\n" -> 8
wait L -> s:IN
recv s 4096 -> 8
wait L 20 ? -> nothing
queued s ? -> 0
`,
  questions: [
    {
      text: {
        en: 'readline() took both lines into its own buffer and handed out the first. The program waits for the second: what does the wait return?',
        zh: 'readline() 把两行都收进了自己的缓冲区，只交出第一行。程序等待第二行：等待会返回什么？',
      },
      choices: ['s:IN', 'nothing', 's:IN|RDHUP'],
    },
    {
      text: { en: 'How many bytes does the kernel still have?', zh: '内核里还有多少字节？' },
      choices: ['0', '4', '8'],
    },
  ],
  rule: {
    en: "The level is that of the kernel's buffer; what a reader, a parser or TLS has taken into its own, it has to remember itself.",
    zh: '“水平”指的是内核缓冲区；读取器、解析器或 TLS 收进自己缓冲区的数据，只能由它们自己记住。',
  },
  fix: {
    text: {
      en: 'Hand out all that your own buffer holds before you wait (with TLS: SSL_pending), or leave in the kernel what you do not handle yet.',
      zh: '等待之前先把自己缓冲区里的都处理完（TLS 用 SSL_pending 查），或者把还不处理的留在内核里。',
    },
    transcript: `
tcp c s
ep L; add L s IN
send c "one\\ntwo\\n" -> 8
wait L -> s:IN
recv s 4 -> 4
wait L -> s:IN
recv s 4 -> 4
wait L -> nothing
`,
  },
  links: [
    { label: 'epoll(7)', url: 'https://man7.org/linux/man-pages/man7/epoll.7.html' },
    { label: 'SSL_pending(3)', url: 'https://docs.openssl.org/master/man3/SSL_pending/' },
    {
      label: 'curl #1156: the rest was in the buffer of TLS, curl waited for the socket',
      url: 'https://github.com/curl/curl/issues/1156',
    },
    {
      label: 'libhv #166: the same, in Chinese',
      url: 'https://github.com/ithewei/libhv/issues/166',
    },
  ],
}
