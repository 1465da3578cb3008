import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 10,
  id: 'peek',
  chapter: 1,
  title: {
    en: 'MSG_PEEK shows half a message. What does your loop do until the rest arrives?',
    zh: 'MSG_PEEK 发现消息只到了一半。剩下的到来之前，循环在做什么？',
  },
  belief: {
    en: "I've looked at the data, so its event is used up; the next one comes with the rest.",
    zh: '数据我已经看过了，事件就算用掉了；剩下的到了会有下一个。',
  },
  transcript: `
tcp c s
ep L; add L s IN
ep E; add E s IN|ET
send c 5 -> 5
wait L -> s:IN
wait E -> s:IN
peek s 10 -> 5
wait L ? -> s:IN
spin L 20 ? -> >100
wait E ? -> nothing
send c 5 -> 5
wait E -> s:IN
recv s 10 -> 10
wait L -> nothing
`,
  questions: [
    {
      text: {
        en: 'You peeked at five of ten bytes and left them there. What does the level-triggered wait return?',
        zh: '用 MSG_PEEK 看到了十个字节中的五个，没有取走。水平触发的等待会返回什么？',
      },
      choices: ['nothing', 's:IN', 's:IN|HUP'],
    },
    {
      text: {
        en: 'A loop waits, peeks and waits again for 20 ms. How often does it wake?',
        zh: '循环等待、查看、再等待，持续 20 毫秒。会醒来多少次？',
      },
      choices: ['0', '1', '>100'],
    },
    {
      text: { en: 'And the edge-triggered wait?', zh: '边缘触发的等待呢？' },
      choices: ['nothing', 's:IN', 's:IN|HUP'],
    },
  ],
  rule: {
    en: 'Peeking takes nothing, so the socket stays readable, and a level-triggered loop spins until the rest arrives.',
    zh: '查看（peek）什么也没取走：电平仍为高，水平触发的循环会一直空转，直到剩下的到来。',
  },
  fix: {
    text: {
      en: 'Read the part into your own buffer and wait for the rest, or wait edge-triggered.',
      zh: '把这一部分读进自己的缓冲区，再等剩下的；或者用边缘触发。',
    },
    transcript: `
tcp c s
ep L; add L s IN
send c 5 -> 5
wait L -> s:IN
recv s 10 -> 5
wait L 20 -> nothing
send c 5 -> 5
wait L -> s:IN
recv s 5 -> 5
wait L -> nothing
`,
  },
  links: [
    { label: 'recv(2), MSG_PEEK', url: 'https://man7.org/linux/man-pages/man2/recv.2.html' },
    { label: 'epoll(7)', url: 'https://man7.org/linux/man-pages/man7/epoll.7.html' },
    {
      label: 'envoy #18305: a peek that turns into a busy loop',
      url: 'https://github.com/envoyproxy/envoy/pull/18305',
    },
  ],
}
