import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 52,
  id: 'timer-unread',
  chapter: 7,
  title: {
    en: 'A timer expires every 5 ms, edge-triggered and unread. How many edges?',
    zh: '定时器每 5 毫秒到期一次，边缘触发，一直不读。会触发几次？',
  },
  belief: {
    en: 'Each expiration of a periodic timer is an edge, just like each write to an eventfd.',
    zh: '周期定时器每次到期都会触发，就像每次写 eventfd 一样。',
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
        en: 'The first expiration was reported and not read. What does a wait of 50 ms, ten periods, return?',
        zh: '第一次到期已经通知，但没读。等待 50 毫秒（十个周期）会返回什么？',
      },
      choices: ['nothing', 't:IN'],
    },
    {
      text: {
        en: 'Then you read the timer. How many expirations does it count?',
        zh: '然后读定时器。它记了多少次到期？',
      },
      choices: ['1', '>5', 'EAGAIN'],
    },
    {
      text: { en: 'And the next wait, after that read?', zh: '读过之后，下一次等待呢？' },
      choices: ['nothing', 't:IN'],
    },
  ],
  rule: {
    en: 'A periodic timerfd starts its next wake-up only when you read it: unread, it wakes you once and then only counts.',
    zh: '周期 timerfd 要等到被读取，才会安排下一次唤醒：不读就只唤醒一次，之后只计数。',
  },
  fix: {
    text: {
      en: 'Read a timer at each report: the number tells you how many periods have passed.',
      zh: '每次通知都读定时器：读到的数字就是经过的周期数。',
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
