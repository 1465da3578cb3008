import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 17,
  id: 'own-buffer',
  chapter: 2,
  title: {
    en: 'Level-triggered: two lines arrive and you handle one. Is the other one reported?',
    zh: '水平触发，来了两行，处理了一行。另一行还会通知吗？',
  },
  belief: {
    en: "Level-triggered never forgets: it keeps reporting until I've handled everything.",
    zh: '水平触发不会忘事：只要还有没处理的，它就一直通知。',
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
        en: 'readline() took both lines into its own buffer and returned the first. Your program waits for the second: what does the wait return?',
        zh: 'readline() 把两行都收进了自己的缓冲区，只交出第一行。程序等待第二行：等待会返回什么？',
      },
      choices: ['s:IN', 'nothing', 's:IN|HUP'],
    },
    {
      text: { en: 'How many bytes does the kernel still have?', zh: '内核里还有多少字节？' },
      choices: ['0', '4', '8'],
    },
  ],
  rule: {
    en: "Level-triggered looks at the kernel's buffer. What a reader, a parser or TLS has taken into its own buffer, it has to remember itself.",
    zh: '水平触发看的是内核的缓冲区；读取器、解析器或 TLS 收进自己缓冲区的数据，只能由它们自己记住。',
  },
  fix: {
    text: {
      en: "Before you wait, handle everything in your own buffer (with TLS, ask SSL_pending). Or leave in the kernel what you don't handle yet.",
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
      label: 'curl #1156: curl waited for the socket, the rest was in the TLS buffer',
      url: 'https://github.com/curl/curl/issues/1156',
    },
    {
      label: 'libhv #166: the same, in Chinese',
      url: 'https://github.com/ithewei/libhv/issues/166',
    },
  ],
}
