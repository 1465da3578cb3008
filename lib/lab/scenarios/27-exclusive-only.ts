import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 27,
  id: 'exclusive-only',
  chapter: 3,
  title: {
    en: 'EPOLLEXCLUSIVE with MOD, with ONESHOT, with ET: what does the kernel accept?',
    zh: 'EPOLLEXCLUSIVE 配 MOD、配 ONESHOT、配 ET：内核接受哪些？',
  },
  belief: {
    en: 'EPOLLEXCLUSIVE is a flag like the others: it goes with any of them, and can be changed later.',
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
        en: 'It is registered now, with EXCLUSIVE. MOD to a plain IN?',
        zh: '现在已用 EXCLUSIVE 注册。用 MOD 改成普通的 IN？',
      },
      choices: ['ok', 'EINVAL', 'ENOENT'],
    },
  ],
  rule: {
    en: 'EPOLLEXCLUSIVE is for ADD alone, beside IN, OUT, WAKEUP and ET; what was registered so can never be modified.',
    zh: 'EPOLLEXCLUSIVE 只能用于 ADD，只能与 IN、OUT、WAKEUP、ET 搭配；这样注册的再也不能修改。',
  },
  fix: {
    text: {
      en: 'To change it, or to look again, unregister and register anew.',
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
      label: 'PJSIP #2604: DEL and ADD in place of MOD',
      url: 'https://github.com/pjsip/pjproject/pull/2604',
    },
  ],
  kernels: [
    {
      range: 'before 4.5',
      text: {
        en: 'There was no EPOLLEXCLUSIVE: the bit was ignored, and nothing of this is EINVAL.',
        zh: '还没有 EPOLLEXCLUSIVE：这一位被忽略，以上都不会返回 EINVAL。',
      },
    },
  ],
}
