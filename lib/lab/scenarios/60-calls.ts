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
    en: 'Edge-triggered is always faster: that is what it is for.',
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
        en: 'Level-triggered: for each of 1000 messages a wait and one recv. How many system calls?',
        zh: '水平触发：1000 条消息，每条一次等待加一次 recv。一共多少次系统调用？',
      },
      choices: ['1000', '2000', '3000'],
    },
    {
      text: {
        en: 'Edge-triggered, and each message is drained until EAGAIN, as the books say?',
        zh: '边缘触发，照书上说的，每条都读尽到 EAGAIN。多少次？',
      },
      choices: ['1000', '2000', '3000'],
    },
    {
      text: {
        en: 'Edge-triggered, but a short read ends the drain?',
        zh: '边缘触发，但遇到短读就停。多少次？',
      },
      choices: ['1000', '2000', '3000'],
    },
  ],
  rule: {
    en: 'Edge-triggered saves the kernel a second look at its ready list; a drain that asks once too often spends more than that.',
    zh: '边缘触发让内核少看一次就绪列表；而读尽时多问的那一次，代价比省下的更大。',
  },
  fix: {
    text: {
      en: 'Stop at a short read, and ask for RDHUP, which tells when that would hide the end of the stream.',
      zh: '遇到短读就停，同时关注 RDHUP：它会告诉你什么时候这样做会错过流结束。',
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
    en: 'The state is not read here: the run has words of its own, which cannot be replayed.',
    zh: '这里不读取状态：这次运行用到语言之外的操作，无法重放。',
  },
  module: 'calls',
}
