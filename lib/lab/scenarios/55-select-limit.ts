import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 55,
  id: 'select-limit',
  chapter: 7,
  title: {
    en: 'Can select() watch descriptor 1100?',
    zh: 'select 能监视编号 1100 的描述符吗？',
  },
  belief: {
    en: 'select() is slower than epoll, but otherwise it does the same.',
    zh: 'select 只是比 epoll 慢，其他都一样。',
  },
  transcript: `
pipe r w
write w 1 -> 1
number n r 1100 -> 1100
fd_set r -> r:IN
fd_set n ? -> RangeError
ep E; add E n IN
wait E ? -> n:IN
poll n -> n:IN
`,
  questions: [
    {
      text: {
        en: 'n is the same pipe as r, under the number 1100, and has a byte. What does a select() that checks its arguments say?',
        zh: 'n 和 r 是同一条管道，编号是 1100，里面有 1 个字节。会检查参数的 select() 怎么说？',
      },
      choices: ['n:IN', 'nothing', 'RangeError'],
    },
    {
      text: { en: 'And epoll?', zh: 'epoll 呢？' },
      choices: ['n:IN', 'nothing'],
    },
  ],
  rule: {
    en: "An fd_set has 1024 bits. For a higher number C's FD_SET overwrites other memory; poll and epoll have no such limit.",
    zh: 'fd_set 只有 1024 位。编号更大时，C 的 FD_SET 会改写别的内存；poll 和 epoll 没有这个限制。',
  },
  fix: {
    text: {
      en: 'Use poll for a few descriptors and epoll for many: neither minds high numbers.',
      zh: '描述符少用 poll，多用 epoll：编号多大都无所谓。',
    },
    transcript: `
pipe r w
number n r 1100 -> 1100
ep E; add E n IN|ET
write w 1 -> 1
wait E -> n:IN
poll n -> n:IN
drain n -> 1, then EAGAIN
`,
  },
  links: [
    { label: 'select(2), BUGS', url: 'https://man7.org/linux/man-pages/man2/select.2.html' },
    {
      label: 'weechat #465: crash with a descriptor above 1024',
      url: 'https://github.com/weechat/weechat/issues/465',
    },
    {
      label: 'omi #625: FD_SET overflows its buffer',
      url: 'https://github.com/microsoft/omi/issues/625',
    },
  ],
  unread: {
    en: "No state here: the operations of this experiment are its own, and the lab can't run them a second time to look.",
    zh: '这里没有状态：这个实验用的是自己的操作，实验室无法为了读取状态再运行一遍。',
  },
  module: 'numbers',
}
