import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 49,
  id: 'files',
  chapter: 7,
  title: {
    en: 'Can epoll watch a regular file?',
    zh: 'epoll 能监视普通文件吗？',
  },
  belief: {
    en: 'Everything is a file, so epoll surely works with files.',
    zh: '一切皆文件，epoll 当然能监视文件。',
  },
  transcript: `
ep E
open f file
add E f IN ? -> EPERM
poll f ? -> f:IN|OUT
open u urandom
add E u IN ? -> EPERM
open n null
add E n IN -> EPERM
open d directory
add E d IN -> EPERM
open q random
add E q IN -> ok
open m mounts
add E m IN -> ok
`,
  questions: [
    {
      text: {
        en: 'f is a regular file. What does ADD return?',
        zh: 'f 是普通文件。ADD 返回什么？',
      },
      choices: ['ok', 'EPERM', 'EINVAL'],
    },
    {
      text: { en: 'And what does poll(2) report for it?', zh: 'poll(2) 对它怎么说？' },
      choices: ['nothing', 'f:IN', 'f:IN|OUT'],
    },
    {
      text: {
        en: 'Now /dev/urandom. What does ADD return?',
        zh: '再看 /dev/urandom。ADD 返回什么？',
      },
      choices: ['ok', 'EPERM'],
    },
  ],
  rule: {
    en: "epoll takes only files that can be waited for. A regular file can't: poll always calls it ready, and epoll refuses it with EPERM.",
    zh: 'epoll 只接受可以等待的文件。普通文件不能等待：poll 总说它就绪，epoll 则以 EPERM 拒绝。',
  },
  fix: {
    text: {
      en: 'Read files directly, or in a thread that signals the loop through an eventfd. Standard input may be a file too: be ready for EPERM.',
      zh: '文件直接读写，或者交给另一个线程，用 eventfd 通知事件循环。标准输入也可能是文件：要能应付 EPERM。',
    },
    transcript: `
open f file
eventfd e
ep E; add E e IN
thread T write f 4096 -> back
join T -> 4096
write e 1
wait E -> e:IN
read e -> 1
`,
  },
  links: [
    { label: 'epoll_ctl(2), EPERM', url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html' },
    {
      label: 'libuev #12: standard input redirected from a file',
      url: 'https://github.com/troglobit/libuev/issues/12',
    },
    {
      label: 'sipp #50: standard output sent to /dev/null',
      url: 'https://github.com/SIPp/sipp/issues/50',
    },
  ],
}
