import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 52,
  id: 'timer-unread',
  chapter: 7,
  title: {
    en: 'A timer ticks every 5 ms, edge-triggered, unread. How many edges?',
    zh: '定时器每 5 毫秒到期一次，边缘触发，没人读。会有几次边缘？',
  },
  belief: {
    en: 'Each tick of a periodic timer is an edge, as each write to an eventfd is.',
    zh: '周期定时器每次到期都是一次边缘，就像每次写 eventfd 一样。',
  },
  transcript: `
timerfd t 5 5
ep E; add E t IN|ET
wait E 100 -> t:IN
wait E 50 ? -> nothing
read t ? -> >5
wait E 100 ? -> t:IN
`,
  questions: [
    {
      text: {
        en: 'The first tick was reported, and not read. What does a wait of 50 ms return, ten ticks long?',
        zh: '第一次到期已报告，但没读。等待 50 毫秒（十个周期）会返回什么？',
      },
      choices: ['nothing', 't:IN', 't:IN, t:IN'],
    },
    {
      text: {
        en: 'Then the timer is read. How many ticks does it count?',
        zh: '然后读定时器。它记了多少次到期？',
      },
      choices: ['1', '>5', 'EAGAIN'],
    },
    {
      text: { en: 'It has been read. And the next wait?', zh: '已经读过了。下一次等待呢？' },
      choices: ['nothing', 't:IN'],
    },
  ],
  rule: {
    en: 'A periodic timerfd starts its next period only when it is read: unread it wakes once, and only counts.',
    zh: '周期 timerfd 要等到被读取才会启动下一个周期的唤醒：不读就只唤醒一次，之后只计数。',
  },
  fix: {
    text: {
      en: 'Read a timer at each report: the number says how many ticks have passed since.',
      zh: '每次报告都读定时器：读到的数字就是这段时间到期的次数。',
    },
    transcript: `
timerfd t 5 5
ep E; add E t IN|ET
wait E 100 -> t:IN
read t -> >0
wait E 100 -> t:IN
read t -> >0
wait E 100 -> t:IN
`,
  },
  links: [
    {
      label: 'timerfd_create(2)',
      url: 'https://man7.org/linux/man-pages/man2/timerfd_create.2.html',
    },
    {
      label: 'netty #9192: a timerfd and an eventfd that are not read',
      url: 'https://github.com/netty/netty/pull/9192',
    },
  ],
}
