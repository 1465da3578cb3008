import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 9,
  id: 'maxevents',
  chapter: 1,
  title: {
    en: 'Five are ready and maxevents is 2. What does the third wait return?',
    zh: '五个就绪，maxevents 是 2。第三次等待会返回什么？',
  },
  belief: {
    en: 'With a small maxevents I always get the same two, and the others starve.',
    zh: 'maxevents 太小的话，永远只返回前两个，其余的会饥饿。',
  },
  transcript: `
pipe a wa; pipe b wb; pipe c wc; pipe d wd; pipe e we
ep L; add L a IN; add L b IN; add L c IN; add L d IN; add L e IN
ep E; add E a IN|ET; add E b IN|ET; add E c IN|ET; add E d IN|ET; add E e IN|ET
write wa 1 -> 1
write wb 1 -> 1
write wc 1 -> 1
write wd 1 -> 1
write we 1 -> 1
wait L max=2 -> a:IN, b:IN
wait L max=2 ? -> c:IN, d:IN
wait L max=2 ? -> e:IN, a:IN
wait L max=2 -> b:IN, c:IN
wait E max=2 -> a:IN, b:IN
wait E max=2 -> c:IN, d:IN
wait E max=2 ? -> e:IN
wait E max=2 -> nothing
`,
  questions: [
    {
      text: {
        en: 'Level-triggered, and nobody reads. The first wait returned a and b. The second?',
        zh: '水平触发，没有人读取。第一次等待返回 a 和 b。第二次呢？',
      },
      choices: ['a:IN, b:IN', 'c:IN, d:IN', 'nothing'],
    },
    {
      text: { en: 'And the third?', zh: '第三次呢？' },
      choices: ['a:IN, b:IN', 'e:IN', 'e:IN, a:IN', 'nothing'],
    },
    {
      text: { en: 'Edge-triggered: the third?', zh: '边缘触发的第三次呢？' },
      choices: ['e:IN, a:IN', 'e:IN', 'nothing'],
    },
  ],
  rule: {
    en: "Whatever doesn't fit in a batch keeps its turn. Level-triggered moves the reported ones to the end of the list; edge-triggered removes them.",
    zh: '没进这一批的会保住自己的位置：水平触发把返回过的移到列表末尾，边缘触发则把它们移出列表。',
  },
  fix: {
    text: {
      en: 'Nothing to fix: any maxevents works. Handle the batch, wait again, and everyone gets a turn.',
      zh: '不用改：maxevents 取多少都行。处理完一批再等待，每个都会轮到。',
    },
    transcript: `
pipe a wa; pipe b wb; pipe c wc
ep L; add L a IN; add L b IN; add L c IN
write wa 1 -> 1
write wb 1 -> 1
write wc 1 -> 1
wait L max=2 -> a:IN, b:IN
drain a -> 1, then EAGAIN
drain b -> 1, then EAGAIN
wait L max=2 -> c:IN
drain c -> 1, then EAGAIN
wait L max=2 -> nothing
`,
  },
  links: [
    {
      label: 'epoll_wait(2), Notes: round robin',
      url: 'https://man7.org/linux/man-pages/man2/epoll_wait.2.html',
    },
    {
      label: 'gramine #340: a new epoll implementation has to rotate too',
      url: 'https://github.com/gramineproject/gramine/pull/340',
    },
  ],
}
