import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 20,
  id: 'starvation',
  chapter: 2,
  title: {
    en: "You drain a client that sends as fast as you read. When is it the others' turn?",
    zh: '一个客户端边读边发，循环总也读不空：别人什么时候轮到？',
  },
  belief: {
    en: 'Reading until EAGAIN is always right: it ends soon, and then the others are served.',
    zh: '读到 EAGAIN 总没错：很快就读完，然后就轮到别人了。',
  },
  transcript: `
pair busy b
pair quiet q
ep E; add E b IN|ET; add E q IN|ET
send busy 100 -> 100
wait E -> b:IN
recv b 100 -> 100
send busy 100 -> 100
recv b 100 -> 100
send busy 100 -> 100
send quiet 1 -> 1
recv b 100 -> 100
send busy 100 -> 100
recv b 100 -> 100
send busy 100 -> 100
recv b 100 -> 100
send busy 100 -> 100
recv b 100 -> 100
send busy 100 -> 100
recv b 100 -> 100
send busy 100 -> 100
recv b 100 -> 100
send busy 100 -> 100
recv b 100 ? -> 100
queued q -> 1
recv b 100 -> EAGAIN
wait E ? -> q:IN
`,
  questions: [
    {
      text: {
        en: 'Before each recv, the busy client has sent 100 more bytes. What does the ninth recv return?',
        zh: '每次 recv 之前，繁忙的客户端都又发了 100 字节。第九次 recv 会得到什么？',
      },
      choices: ['EAGAIN', '100', '0'],
    },
    {
      text: {
        en: 'At last the busy client pauses, and your loop gets its EAGAIN. Seven reads late, what does the wait return?',
        zh: '繁忙的客户端终于停了，循环读到了 EAGAIN。迟了七次读取之后，等待会返回什么？',
      },
      choices: ['q:IN', 'b:IN, q:IN', 'nothing'],
    },
  ],
  rule: {
    en: 'A drain ends when the peer lets it end: a fast sender can keep your loop from everyone else for as long as it likes.',
    zh: '什么时候读空由对端说了算：对方发得够快，就能让其他描述符一直饥饿。',
  },
  fix: {
    text: {
      en: "Give each descriptor a budget, here four reads. When it's used up, put the descriptor on a list of your own (no event will report the rest) and continue with it after the others.",
      zh: '给每个描述符一个预算，这里是四次读取。用完预算的放进自己的列表（剩下的数据不会再有通知），等别人处理完再接着读。',
    },
    transcript: `
pair busy b
pair quiet q
ep E; add E b IN|ET; add E q IN|ET
send busy 500 -> 500
wait E -> b:IN
recv b 100 -> 100
recv b 100 -> 100
send quiet 1 -> 1
recv b 100 -> 100
recv b 100 -> 100
wait E -> q:IN
recv q 100 -> 1
recv b 100 -> 100
recv b 100 -> EAGAIN
`,
  },
  links: [
    {
      label: 'epoll(7), Possible pitfalls: starvation',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'rsyslog #5502: a noisy sender holds a worker',
      url: 'https://github.com/rsyslog/rsyslog/issues/5502',
    },
    {
      label: 'twemproxy #416: a quota per event',
      url: 'https://github.com/twitter/twemproxy/issues/416',
    },
  ],
}
