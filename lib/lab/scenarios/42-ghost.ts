import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 42,
  id: 'ghost',
  chapter: 6,
  title: {
    en: 'The old number belongs to a new file. Whose event is it?',
    zh: '旧编号归了新文件。这个事件是谁的？',
  },
  belief: {
    en: 'At least the number in an event is safe: it names the file that is ready.',
    zh: '至少事件里的编号是可靠的：它指的就是那个就绪的文件。',
  },
  transcript: `
pipe r w
ep L; add L r IN
dup d r
close r
write w 5 -> 5
pipe n m
wait L ? -> n:IN
read n 1 ? -> EAGAIN
del L n ? -> ENOENT
add L n IN -> ok
wait L -> n:IN
`,
  questions: [
    {
      text: {
        en: 'r is closed, but d still names its pipe, which has 5 bytes. The new pipe n got the number that r had, and is empty. What does the wait return?',
        zh: 'r 已关闭，但 d 还指着那条管道，里面有 5 个字节。新管道 n 拿到了 r 用过的编号，它是空的。等待返回什么？',
      },
      choices: ['nothing', 'r(closed):IN', 'n:IN', 'EBADF'],
    },
    {
      text: {
        en: 'The program believes the event and reads from n. What does it get?',
        zh: '程序相信了这个事件，去读 n。会得到什么？',
      },
      choices: ['1', '0', 'EAGAIN'],
    },
    {
      text: {
        en: 'It tries to unregister that number. And?',
        zh: '它想按这个编号注销。结果呢？',
      },
      choices: ['ok', 'ENOENT', 'EBADF'],
    },
  ],
  rule: {
    en: 'An event carries what was given at its registration; which file has that number by now, the kernel does not ask.',
    zh: '事件里带的是注册时给的值；这个编号现在归谁，内核并不过问。',
  },
  fix: {
    text: {
      en: 'Unregister before you close, while the number still leads to that file.',
      zh: '先注销再关闭，趁这个编号还指着那个文件。',
    },
    transcript: `
pipe r w
ep L; add L r IN
dup d r
del L r -> ok
close r
write w 5 -> 5
pipe n m
wait L -> nothing
add L n IN -> ok
wait L -> nothing
write m 1 -> 1
wait L -> n:IN
`,
  },
  links: [
    {
      label: 'epoll(7), Questions and answers: A6',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'moonbit async #571: stale events wake the wrong handle',
      url: 'https://github.com/moonbitlang/async/issues/571',
    },
  ],
}
