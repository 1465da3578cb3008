import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 53,
  id: 'inotify-terminal',
  chapter: 7,
  title: {
    en: 'A directory that is watched, a terminal: when do they become readable?',
    zh: '被监视的目录，还有终端：什么时候变得可读？',
  },
  belief: {
    en: 'inotify has to be read before it reports again, and a terminal reports each key.',
    zh: 'inotify 不读就不会再报告，而终端每按一个键都会报告。',
  },
  transcript: `
inotify i
ep E; add E i IN|ET
create
wait E -> i:IN
wait E -> nothing
create
wait E ? -> i:IN
pty k t
add E t IN|ET
write k "ab" -> 2
wait E 50 ? -> nothing
write k "c\\n" -> 2
wait E 200 ? -> t:IN
read t 2 -> 2
wait E 50 -> nothing
close k
wait E 200 -> t:IN|ERR|HUP
`,
  questions: [
    {
      text: {
        en: 'A first change was reported and not read; now comes a second. What does the edge-triggered wait return?',
        zh: '第一次变化已报告，没读；现在又有第二次。边缘触发的等待返回什么？',
      },
      choices: ['nothing', 'i:IN', 'i:IN, i:IN'],
    },
    {
      text: {
        en: 'Somebody types ab at a terminal, and no Enter. What does a wait of 50 ms return?',
        zh: '有人在终端输入 ab，没按回车。等待 50 毫秒返回什么？',
      },
      choices: ['nothing', 't:IN', 't:PRI'],
    },
    {
      text: { en: 'Then c and Enter. And now?', zh: '然后输入 c 和回车。现在呢？' },
      choices: ['nothing', 't:IN', 't:IN, t:IN'],
    },
  ],
  rule: {
    en: 'Each kind of file decides what wakes: inotify each change, read or not; a terminal in its usual mode each line.',
    zh: '什么会唤醒由文件种类决定：inotify 每次变化都唤醒，读没读过都一样；终端在默认模式下每行唤醒一次。',
  },
  fix: {
    text: {
      en: 'Drain both like everything else; and read the records of inotify whole, many at a time.',
      zh: '两者都像别的描述符一样读尽；inotify 的记录要成批、完整地读。',
    },
    transcript: `
inotify i
ep E; add E i IN|ET
create
create
wait E -> i:IN
drain i -> 64, then EAGAIN
pty k t
add E t IN|ET
write k "abc\\n" -> 4
wait E 200 -> t:IN
drain t -> 4, then EAGAIN
wait E 50 -> nothing
`,
  },
  links: [
    { label: 'inotify(7)', url: 'https://man7.org/linux/man-pages/man7/inotify.7.html' },
    {
      label: 'termios(3), Canonical and noncanonical mode',
      url: 'https://man7.org/linux/man-pages/man3/termios.3.html',
    },
    {
      label: 'inotify-rs #156: one edge, and more events than were read',
      url: 'https://github.com/hannobraun/inotify-rs/issues/156',
    },
  ],
  unread: {
    en: 'The state is not read here: the run has words of its own, which cannot be replayed.',
    zh: '这里不读取状态：这次运行用到语言之外的操作，无法重放。',
  },
  module: 'watched',
}
