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
        en: 'Five descriptors, one is ready. How many times what an epoll_wait costs does one poll cost?',
        zh: '5 个描述符，1 个就绪。一次 poll 的开销是一次 epoll_wait 的多少倍？',
      },
      choices: ['1 or 2', '5', '>9'],
    },
    {
      text: { en: 'A thousand descriptors, one is ready?', zh: '1000 个描述符，1 个就绪呢？' },
      choices: ['1 or 2', '5', '>9'],
    },
    {
      text: {
        en: 'One descriptor that is waited for only once: register, epoll_wait, unregister, beside one poll?',
        zh: '一个描述符只等待一次：注册、epoll_wait、注销，和一次 poll 相比呢？',
      },
      choices: ['epoll costs more', 'poll costs more'],
    },
  ],
  rule: {
    en: 'epoll pays for what is ready and for each change, poll for all that it is asked about: idle crowds are where epoll wins.',
    zh: 'epoll 为就绪的和每次改动付出代价，poll 为问到的全部付出代价：空闲连接很多时 epoll 才占优。',
  },
  fix: {
    text: {
      en: 'Many descriptors that stay: epoll, registered once. A few, for once: poll.',
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
    en: 'The state is not read here: the run has words of its own, which cannot be replayed.',
    zh: '这里不读取状态：这次运行用到语言之外的操作，无法重放。',
  },
  module: 'scale',
}
