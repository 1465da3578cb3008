import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 57,
  id: 'oneshot',
  chapter: 8,
  title: {
    en: 'EPOLLONESHOT has reported. Is the descriptor still registered?',
    zh: 'EPOLLONESHOT 通知过了。描述符还注册着吗？',
  },
  belief: {
    en: 'After its one report the descriptor is removed, though a hang-up would still be reported.',
    zh: '通知一次之后描述符就被移除了，不过挂断还是会通知的。',
  },
  transcript: `
pair a b
ep E; add E b IN|ONESHOT
send a 1 -> 1
wait E -> b:IN
send a 1 -> 1
wait E ? -> nothing
close a
wait E ? -> nothing
add E b IN|ONESHOT ? -> EEXIST
mod E b IN|ONESHOT -> ok
wait E -> b:IN|HUP
`,
  questions: [
    {
      text: {
        en: 'It has reported once, and a second byte arrived. What does the wait return?',
        zh: '已经通知过一次，又来了 1 个字节。等待返回什么？',
      },
      choices: ['nothing', 'b:IN'],
    },
    {
      text: {
        en: 'Now the peer closes. What does the wait return?',
        zh: '现在对端关闭了。等待返回什么？',
      },
      choices: ['nothing', 'b:HUP', 'b:IN|HUP'],
    },
    {
      text: { en: 'You add it again. What does ADD return?', zh: '再 ADD 一次。ADD 返回什么？' },
      choices: ['ok', 'EEXIST', 'EINVAL'],
    },
  ],
  rule: {
    en: "One-shot disables a registration, it doesn't remove it. Until MOD even ERR and HUP stay silent; after MOD you get what came in the meantime.",
    zh: 'ONESHOT 是停用而不是移除。在 MOD 之前，连 ERR 和 HUP 都不通知；MOD 之后会通知期间发生的一切。',
  },
  fix: {
    text: {
      en: 'Handle the event, then MOD, in every branch: what came in the meantime is reported then.',
      zh: '处理完就 MOD，每个分支都不能漏：期间发生的事这时会通知。',
    },
    transcript: `
pair a b
ep E; add E b IN|RDHUP|ONESHOT
send a 1 -> 1
wait E -> b:IN
drain b -> 1, then EAGAIN
send a 1 -> 1
close a
mod E b IN|RDHUP|ONESHOT -> ok
wait E -> b:IN|HUP|RDHUP
drain b -> 1, then 0
del E b -> ok
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLLONESHOT',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'pjproject #3018: always re-arm',
      url: 'https://github.com/pjsip/pjproject/pull/3018',
    },
  ],
}
