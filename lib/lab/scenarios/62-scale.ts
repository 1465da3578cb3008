import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 62,
  id: 'scale',
  chapter: 8,
  title: {
    en: 'epoll or poll: how much does it matter?',
    zh: 'epoll 还是 poll：差别有多大？',
  },
  belief: {
    en: 'epoll is O(1) and poll is O(n), so epoll is always the better choice.',
    zh: 'epoll 是 O(1)，poll 是 O(n)，所以 epoll 总是更好。',
  },
  transcript: `
poll_epoll 5 ? -> 1 or 2
poll_epoll 1000 ? -> >9
epoll_once ? -> epoll costs more
`,
  questions: [
    {
      text: {
        en: 'Five descriptors, one ready. How many times as much does a poll() cost as an epoll_wait()?',
        zh: '5 个描述符，1 个就绪。一次 poll 的开销是一次 epoll_wait 的多少倍？',
      },
      choices: ['1 or 2', '5', '>9'],
    },
    {
      text: { en: 'A thousand descriptors, one ready?', zh: '1000 个描述符，1 个就绪呢？' },
      choices: ['1 or 2', '5', '>9'],
    },
    {
      text: {
        en: 'One descriptor that you wait for once: which costs more, register, epoll_wait and unregister, or one poll()?',
        zh: '一个描述符只等待一次：注册、epoll_wait、注销，和一次 poll 相比，哪个开销大？',
      },
      choices: ['epoll costs more', 'poll costs more'],
    },
  ],
  rule: {
    en: "epoll's cost depends on what's ready and on each change, poll's on everything you ask about. With many idle connections epoll wins.",
    zh: 'epoll 的开销取决于就绪的数量和每次改动，poll 的开销取决于问到的全部。空闲连接很多时 epoll 占优。',
  },
  fix: {
    text: {
      en: 'Many descriptors that stay: epoll, registered once. A few, once: poll.',
      zh: '长期存在的大量描述符：用 epoll，注册一次。少量且只用一次：用 poll。',
    },
    transcript: `
poll_epoll 1000 -> >9
poll_epoll 1 -> 1 or 2
`,
  },
  links: [
    { label: 'poll(2)', url: 'https://man7.org/linux/man-pages/man2/poll.2.html' },
    { label: 'epoll(7)', url: 'https://man7.org/linux/man-pages/man7/epoll.7.html' },
    {
      label: 'ClickHouse/poco #43: back to poll() for one descriptor',
      url: 'https://github.com/ClickHouse/poco/pull/43',
    },
  ],
  unread: {
    en: "No state here: the operations of this experiment are its own, and the lab can't run them a second time to look.",
    zh: '这里没有状态：这个实验用的是自己的操作，实验室无法为了读取状态再运行一遍。',
  },
  module: 'scale',
}
