import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 60,
  id: 'calls',
  chapter: 8,
  title: {
    en: 'A thousand messages. Which trigger makes fewer system calls?',
    zh: '一千条消息。哪种触发方式的系统调用更少？',
  },
  belief: {
    en: "Edge-triggered is always faster: that's what it's for.",
    zh: '边缘触发总是更快，它就是为此而生的。',
  },
  transcript: `
serve LT 1000 once ? -> 2000
serve ET 1000 drain ? -> 3000
serve ET 1000 short ? -> 2000
`,
  questions: [
    {
      text: {
        en: 'Level-triggered, with one wait and one recv for each of 1000 messages. How many system calls?',
        zh: '水平触发：1000 条消息，每条一次等待加一次 recv。一共多少次系统调用？',
      },
      choices: ['1000', '2000', '3000'],
    },
    {
      text: {
        en: 'Edge-triggered, reading each message until EAGAIN, as the books say. How many?',
        zh: '边缘触发，照书上说的，每条都读到 EAGAIN。多少次？',
      },
      choices: ['1000', '2000', '3000'],
    },
    {
      text: {
        en: 'Edge-triggered, but stopping at a short read. How many?',
        zh: '边缘触发，但读到的字节数不足（short read）就停。多少次？',
      },
      choices: ['1000', '2000', '3000'],
    },
  ],
  rule: {
    en: 'Edge-triggered saves the kernel a second look at its ready list. One read too many per message costs more than that.',
    zh: '边缘触发让内核少看一次就绪列表。而每条消息多读一次，代价比省下的更大。',
  },
  fix: {
    text: {
      en: 'Stop at a short read, and ask for RDHUP: it tells you when stopping early would hide the end of the stream.',
      zh: '读到的字节数不足就停，同时关注 RDHUP：提前停会错过流结束时，它会告诉你。',
    },
    transcript: `
serve ET 1000 short -> 2000
`,
  },
  links: [
    {
      label: 'epoll(7), Questions and answers: A9',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'dotnet/runtime #38747: fewer reads, and an end that nobody reads',
      url: 'https://github.com/dotnet/runtime/pull/38747',
    },
  ],
  unread: {
    en: "No state here: the operations of this experiment are its own, and the lab can't run them a second time to look.",
    zh: '这里没有状态：这个实验用的是自己的操作，实验室无法为了读取状态再运行一遍。',
  },
  module: 'calls',
}
