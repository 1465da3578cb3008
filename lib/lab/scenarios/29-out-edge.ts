import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 29,
  id: 'out-edge',
  chapter: 4,
  title: {
    en: 'Your peer reads. Does that give you an OUT edge?',
    zh: '对端读走了数据。发送方会因此触发一次 OUT 吗？',
  },
  belief: {
    en: "Edge-triggered OUT comes whenever the peer has read something, because there's room again.",
    zh: '对端每读走一些就又有了空间，边缘触发的 OUT 就会来一次。',
  },
  transcript: `
tcp c s
ep E; add E c OUT|ET
wait E -> c:OUT
send c 100 -> 100
recv s 100 -> 100
wait E 20 ? -> nothing
fill c -> * then EAGAIN
recv s 1024 -> 1024
wait E 20 ? -> nothing
drain s -> * then EAGAIN
wait E 100 -> c:OUT
pair a b
add E a OUT|ET
wait E -> a:OUT
send a 100 -> 100
recv b 100 -> 100
wait E ? -> a:OUT
`,
  questions: [
    {
      text: {
        en: 'You sent 100 bytes and the peer has read them. What does the wait return?',
        zh: '100 字节发给了对端，对端也读完了。等待会返回什么？',
      },
      choices: ['c:OUT', 'nothing', 'c:OUT|ERR|HUP'],
    },
    {
      text: {
        en: 'Now everything is full, a send returned EAGAIN, and the peer reads 1024 bytes. And now?',
        zh: '现在全满了，发送返回过 EAGAIN，对端读走 1024 字节。现在呢？',
      },
      choices: ['c:OUT', 'nothing', 'c:OUT|ERR|HUP'],
    },
    {
      text: {
        en: 'The first step again, on a unix socket: 100 bytes sent, 100 bytes read. What does the wait return?',
        zh: '换成 unix 套接字，再做第一步：发 100 字节，读 100 字节。等待会返回什么？',
      },
      choices: ['a:OUT', 'nothing', 'a:OUT|HUP'],
    },
  ],
  rule: {
    en: 'TCP reports OUT once at ADD. After that, only if a send returned EAGAIN and plenty of room is free again. A unix socket reports it even if it was never full.',
    zh: 'TCP 在 ADD 时通知一次 OUT，之后只有在发送返回过 EAGAIN、又腾出足够多空间时才通知；unix 套接字没满过也会通知。',
  },
  fix: {
    text: {
      en: "Don't wait for OUT before you send. Send first, until EAGAIN: the next OUT is the answer to that.",
      zh: '不要先等 OUT 再发送：先发，发到 EAGAIN；下一次 OUT 就是对它的回应。',
    },
    transcript: `
tcp c s
ep E; add E c IN|OUT|ET
wait E -> c:OUT
send c 100 -> 100
fill c -> * then EAGAIN
wait E -> nothing
drain s -> * then EAGAIN
wait E 100 -> c:OUT
send c 100 -> 100
`,
  },
  links: [
    { label: 'epoll(7)', url: 'https://man7.org/linux/man-pages/man7/epoll.7.html' },
    {
      label: "hiredis-vip #64: waiting for an edge on a socket that's already writable",
      url: 'https://github.com/vipshop/hiredis-vip/issues/64',
    },
  ],
}
