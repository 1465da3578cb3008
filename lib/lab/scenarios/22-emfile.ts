import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 22,
  id: 'emfile',
  chapter: 3,
  title: {
    en: "You're out of descriptors and a client connects. What happens to your loop?",
    zh: '描述符用完了，又来了客户端。循环会怎样？',
  },
  belief: {
    en: 'accept hardly ever fails. And if it does, I log it and carry on.',
    zh: 'accept 很少失败；真失败了，记个日志继续就行。',
  },
  transcript: `
listen S
ep L; add L S IN
ep E; add E S IN|ET
connect c S
exhaust -> EMFILE
wait L -> S:IN
accept a S -> EMFILE
spin L 20 ? -> >100
wait E -> S:IN
accept b S -> EMFILE
wait E 20 ? -> nothing
release -> >1
wait E 20 ? -> nothing
accept d S -> ok
`,
  questions: [
    {
      text: {
        en: 'accept returned EMFILE. A level-triggered loop runs for another 20 ms: how often does it wake?',
        zh: 'accept 返回 EMFILE。水平触发的循环再跑 20 毫秒：会醒来多少次？',
      },
      choices: ['0', '1', '>100'],
    },
    {
      text: {
        en: 'An edge-triggered loop got its EMFILE too. What does its next wait return?',
        zh: '边缘触发的循环也得到了 EMFILE。它的下一次等待会返回什么？',
      },
      choices: ['S:IN', 'nothing'],
    },
    {
      text: {
        en: 'Descriptors are free again, and the client is still in the queue. And now?',
        zh: '现在描述符又有了，客户端还在全连接队列里。现在呢？',
      },
      choices: ['S:IN', 'nothing'],
    },
  ],
  rule: {
    en: 'At the limit, the connection stays in the queue. A level-triggered loop spins on it; an edge-triggered one never hears of it again, even when descriptors are free.',
    zh: '到了上限，连接就留在全连接队列里：水平触发会为它空转；边缘触发不会再收到通知，描述符空出来也一样。',
  },
  fix: {
    text: {
      en: 'Keep a spare descriptor: close it, accept the client, close the client, and open the spare again. The client finds out at once, and the queue is empty.',
      zh: '留一个备用描述符：关掉它，接受连接，关掉连接，再把备用的打开。客户端马上知道结果，队列也空了。',
    },
    transcript: `
listen S
ep E; add E S IN|ET
open spare null
connect c S
exhaust -> EMFILE
wait E -> S:IN
accept a S -> EMFILE
close spare
accept b S -> ok
close b
open spare2 null
recv c 1 -> 0
release -> >1
connect d S
wait E -> S:IN
accept e S -> ok
`,
  },
  links: [
    { label: 'accept(2), EMFILE', url: 'https://man7.org/linux/man-pages/man2/accept.2.html' },
    {
      label: 'node #45242: accept, EMFILE, and again',
      url: 'https://github.com/nodejs/node/issues/45242',
    },
    {
      label: 'bun #32705: EMFILE 98,000 times in ten seconds',
      url: 'https://github.com/oven-sh/bun/pull/32705',
    },
    {
      label: 'libuv #315: the spare descriptor',
      url: 'https://github.com/joyent/libuv/issues/315',
    },
  ],
  unread: {
    en: 'No state is shown here: reading it takes descriptors, and none is left.',
    zh: '这里不显示状态：读取状态需要描述符，而描述符已经用完。',
  },
}
