import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 40,
  id: 'end-stays',
  chapter: 5,
  title: {
    en: "You've read the end of the stream. Does its event go away?",
    zh: '已经读到了流结束。它的事件会消失吗？',
  },
  belief: {
    en: 'read() returned 0, so the event is dealt with.',
    zh: 'read 返回了 0，这个事件就算处理完了。',
  },
  transcript: `
pipe r w
ep L; add L r IN
ep E; add E r IN|ET
close w
wait L -> r:HUP
wait E -> r:HUP
read r 10 -> 0
wait L ? -> r:HUP
wait E ? -> nothing
spin L 20 ? -> >100
`,
  questions: [
    {
      text: {
        en: "You've read the 0. What does the level-triggered wait return?",
        zh: '已经读到 0。水平触发的等待返回什么？',
      },
      choices: ['nothing', 'r:HUP', 'r:IN'],
    },
    {
      text: { en: 'And the edge-triggered one?', zh: '边缘触发的呢？' },
      choices: ['nothing', 'r:HUP', 'r:IN'],
    },
    {
      text: {
        en: 'The level-triggered loop goes on for 20 ms. How often does it wake up?',
        zh: '水平触发的循环再转 20 毫秒。会醒来多少次？',
      },
      choices: ['0', '20', '>100'],
    },
  ],
  rule: {
    en: "The end of a stream is a state that no read removes: it's reported until you unregister or close.",
    zh: '流结束是一种状态，读取不会让它消失：在注销或关闭之前会一直通知。',
  },
  fix: {
    text: {
      en: "When you read 0, there's one thing left to do: unregister and close.",
      zh: '读到 0 之后只剩一件事：注销并关闭。',
    },
    transcript: `
pipe r w
ep L; add L r IN
close w
wait L -> r:HUP
read r 10 -> 0
del L r -> ok
close r
wait L -> nothing
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLLHUP',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'fibers #19: EPOLLHUP again and again',
      url: 'https://github.com/wingo/fibers/issues/19',
    },
  ],
}
