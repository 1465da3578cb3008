import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 13,
  id: 'blocking-drain',
  chapter: 2,
  title: {
    en: 'You drain a blocking descriptor. Where does your loop stop?',
    zh: '描述符是阻塞的，循环读到空会停在哪里？',
  },
  belief: {
    en: "epoll said there's something to read, so reading until it's empty can't block.",
    zh: 'epoll 已经说可读了，所以循环读到空是不会阻塞的。',
  },
  transcript: `
pipe r w
setblocking r
ep E; add E r IN|ET
write w 5 -> 5
wait E -> r:IN
read r 1024 -> 5
thread T read r 1024 ? -> blocked
join T 50 -> blocked
write w 1 -> 1
join T -> 1
`,
  questions: [
    {
      text: {
        en: "Your loop drains the pipe: it reads until nothing is left. The pipe is empty now. A second thread makes the loop's next read. What happens to it?",
        zh: '循环要把管道读空，现在管道已经空了。由另一个线程执行循环的下一次读取：它会怎样？',
      },
      choices: ['back', 'blocked'],
    },
  ],
  rule: {
    en: 'The last read of a drain is always the one that finds nothing. On a blocking descriptor, it stops your whole loop.',
    zh: '读到空的最后一次读取注定读不到数据；描述符是阻塞的，整个循环就停在那里。',
  },
  fix: {
    text: {
      en: 'Use edge-triggered with O_NONBLOCK: the last read returns EAGAIN, and the loop goes on.',
      zh: '边缘触发要配合 O_NONBLOCK：最后一次读取返回 EAGAIN，循环继续。',
    },
    transcript: `
pipe r w
ep E; add E r IN|ET
write w 5 -> 5
wait E -> r:IN
read r 1024 -> 5
read r 1024 -> EAGAIN
`,
  },
  links: [
    {
      label: 'epoll(7): nonblocking file descriptors with EPOLLET',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'Stack Overflow: why non-blocking with edge-triggered epoll',
      url: 'https://stackoverflow.com/questions/14643249',
    },
  ],
}
