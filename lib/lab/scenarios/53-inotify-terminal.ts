import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 53,
  id: 'inotify-terminal',
  chapter: 7,
  title: {
    en: 'A watched directory and a terminal: when do they become readable?',
    zh: '被监视的目录和终端：什么时候变得可读？',
  },
  belief: {
    en: 'You have to read inotify before it reports again, and a terminal reports every key.',
    zh: 'inotify 不读就不会再通知，而终端每按一个键都会通知。',
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
        en: "A first change was reported and not read, then there's a second. What does the edge-triggered wait return?",
        zh: '第一次变化已经通知，没读；现在又有第二次。边缘触发的等待返回什么？',
      },
      choices: ['nothing', 'i:IN'],
    },
    {
      text: {
        en: 'A user types ab at a terminal, without Enter. What does a wait of 50 ms return?',
        zh: '用户在终端输入 ab，没按回车。等待 50 毫秒返回什么？',
      },
      choices: ['nothing', 't:IN'],
    },
    {
      text: { en: 'Then c and Enter. And now?', zh: '然后输入 c 和回车。现在呢？' },
      choices: ['nothing', 't:IN'],
    },
  ],
  rule: {
    en: 'Each kind of file decides what wakes you: inotify every change, read or not; a terminal, in its usual mode, every line.',
    zh: '什么会唤醒由文件种类决定：inotify 每次变化都唤醒，读没读过都一样；终端在默认模式下每行唤醒一次。',
  },
  fix: {
    text: {
      en: "Read both until EAGAIN, like everything else, and read inotify's records whole, many at a time.",
      zh: '两者都像别的描述符一样读到 EAGAIN；inotify 的记录要成批、完整地读。',
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
    en: "No state here: the operations of this experiment are its own, and the lab can't run them a second time to look.",
    zh: '这里没有状态：这个实验用的是自己的操作，实验室无法为了读取状态再运行一遍。',
  },
  module: 'watched',
}
