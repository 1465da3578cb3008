import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 42,
  id: 'ghost',
  chapter: 6,
  title: {
    en: 'The old number now belongs to a new file. Whose event is it?',
    zh: '旧编号归了新文件。这个事件是谁的？',
  },
  belief: {
    en: "At least the number in an event is reliable: it's the file that is ready.",
    zh: '至少事件里的编号是可靠的：它就是就绪的那个文件。',
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
        en: "r is closed, but d still has its pipe open, with 5 bytes in it. The new, empty pipe n got r's old number. What does the wait return?",
        zh: 'r 已关闭，但 d 还开着那条管道，里面有 5 个字节。新建的空管道 n 拿到了 r 的旧编号。等待返回什么？',
      },
      choices: ['nothing', 'r(closed):IN', 'n:IN'],
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
        en: 'It tries to unregister that number. What does DEL return?',
        zh: '它想注销这个编号。DEL 返回什么？',
      },
      choices: ['ok', 'ENOENT', 'EBADF'],
    },
  ],
  rule: {
    en: "An event carries what you passed when you registered. The kernel doesn't check which file has that number now.",
    zh: '事件里带的是你注册时给的值。这个编号现在归谁，内核并不检查。',
  },
  fix: {
    text: {
      en: 'Unregister before you close, while the number still refers to that file.',
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
