import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 27,
  id: 'exclusive-only',
  chapter: 3,
  title: {
    en: 'EPOLLEXCLUSIVE with MOD, ONESHOT or ET: what does the kernel accept?',
    zh: 'EPOLLEXCLUSIVE 配 MOD、配 ONESHOT、配 ET：内核接受哪些？',
  },
  belief: {
    en: 'EPOLLEXCLUSIVE is a flag like any other: I can combine it with all of them and change it later.',
    zh: 'EPOLLEXCLUSIVE 和别的标志一样：可以随意组合，以后也能改。',
  },
  transcript: `
listen S
ep E
add E S IN|EXCLUSIVE|ONESHOT ? -> EINVAL
add E S IN|RDHUP|EXCLUSIVE -> EINVAL
add E S IN|EXCLUSIVE|ET ? -> ok
mod E S IN ? -> EINVAL
mod E S IN|EXCLUSIVE|ET -> EINVAL
ep F
add F E IN|EXCLUSIVE -> EINVAL
`,
  questions: [
    { text: { en: 'ADD with ONESHOT?', zh: 'ADD 时加 ONESHOT？' }, choices: ['ok', 'EINVAL'] },
    { text: { en: 'ADD with ET?', zh: 'ADD 时加 ET？' }, choices: ['ok', 'EINVAL', 'EEXIST'] },
    {
      text: {
        en: "It's now registered with EXCLUSIVE. MOD to a plain IN?",
        zh: '现在已用 EXCLUSIVE 注册。用 MOD 改成普通的 IN？',
      },
      choices: ['ok', 'EINVAL', 'ENOENT'],
    },
  ],
  rule: {
    en: 'EPOLLEXCLUSIVE works only with ADD, and only next to IN, OUT, WAKEUP and ET. You can never modify such a registration.',
    zh: 'EPOLLEXCLUSIVE 只能用于 ADD，只能与 IN、OUT、WAKEUP、ET 搭配；这样注册的再也不能修改。',
  },
  fix: {
    text: {
      en: 'To change the mask, or to have it checked again, unregister and register again.',
      zh: '要改掩码，或者想重新检查一次，就先注销，再重新注册。',
    },
    transcript: `
listen S
ep E; add E S IN|EXCLUSIVE|ET
connect c S
wait E -> S:IN
wait E -> nothing
del E S
add E S IN|EXCLUSIVE|ET
wait E -> S:IN
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLLEXCLUSIVE and EINVAL',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'uWSGI #1252: MOD after EPOLLEXCLUSIVE',
      url: 'https://github.com/unbit/uwsgi/pull/1252',
    },
    {
      label: 'PJSIP #2604: DEL and ADD instead of MOD',
      url: 'https://github.com/pjsip/pjproject/pull/2604',
    },
  ],
  kernels: [
    {
      en: "Before Linux 4.5 there's no EPOLLEXCLUSIVE: the bit is ignored, and none of this is EINVAL.",
      zh: 'Linux 4.5 之前没有 EPOLLEXCLUSIVE：这一位被忽略，以上都不会返回 EINVAL。',
    },
  ],
}
