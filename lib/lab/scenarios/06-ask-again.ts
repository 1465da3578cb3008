import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 6,
  id: 'ask-again',
  chapter: 1,
  title: {
    en: "You've used up your one report. Can you get another?",
    zh: '唯一的一次通知已经用掉了。还能再要一次吗？',
  },
  belief: {
    en: "Once an edge has been reported there's no way back: I have to wait until the peer sends more.",
    zh: '通知过一次之后就没办法了，只能等对端再发数据。',
  },
  transcript: `
pipe r w
ep E; add E r IN|ET
write w 5 -> 5
wait E -> r:IN
wait E -> nothing
mod E r IN|ET -> ok
wait E ? -> r:IN
wait E -> nothing
`,
  questions: [
    {
      text: {
        en: 'You modified the registration, with the same mask. What does the wait return?',
        zh: '用同样的掩码修改了注册。等待会返回什么？',
      },
      choices: ['nothing', 'r:IN', 'r:IN|HUP'],
    },
  ],
  rule: {
    en: 'EPOLL_CTL_MOD checks again whether the descriptor is ready, even with the same mask. This is how you re-arm a registration.',
    zh: 'EPOLL_CTL_MOD 会重新检查是否就绪，掩码相同也一样：这就是“重新启用”（re-arm）。',
  },
  fix: {
    text: {
      en: 'When you hand a descriptor to another thread, use EPOLLONESHOT, and re-arm it with MOD when that thread is done.',
      zh: '把描述符交给别的线程时用 EPOLLONESHOT，等那个线程处理完，再用 MOD 重新启用。',
    },
    transcript: `
pipe r w
ep E; add E r IN|ONESHOT
write w 5 -> 5
wait E -> r:IN
write w 5 -> 5
wait E -> nothing
mod E r IN|ONESHOT -> ok
wait E -> r:IN
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLLONESHOT',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'boostorg/asio #320: waking a loop by registering again',
      url: 'https://github.com/boostorg/asio/issues/320',
    },
  ],
}
