import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 20,
  id: 'starvation',
  chapter: 2,
  title: {
    en: 'A drain, and a client that sends as fast as it is read. When do the others get their turn?',
    zh: '读尽循环遇上一个边读边发的客户端：别人什么时候轮到？',
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
        en: 'Before each recv the busy client has sent 100 bytes more. What does the ninth recv of this drain answer?',
        zh: '每次 recv 之前，繁忙的客户端都又发了 100 字节。这个读尽循环的第九次 recv 会得到什么？',
      },
      choices: ['EAGAIN', '100', '0'],
    },
    {
      text: {
        en: 'The busy client pauses at last, and the drain ends. Who is reported, seven reads late?',
        zh: '繁忙的客户端终于停了，读尽结束。迟了七次读取之后，会报告谁？',
      },
      choices: ['q:IN', 'b:IN, q:IN', 'nothing'],
    },
  ],
  rule: {
    en: 'A drain ends when the peer lets it end: a fast sender keeps the loop from everyone else, for as long as it likes.',
    zh: '读尽何时结束由对端说了算：发得够快，就能让其他描述符一直饥饿。',
  },
  fix: {
    text: {
      en: 'Give each descriptor a budget, here four reads. Who has used it up goes to a list of your own, as nobody reports its rest, and is read again after the others.',
      zh: '给每个描述符一个预算，这里是四次读取。用完预算的放进自己的列表（剩下的没有人会报告），等别人处理完再接着读。',
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
      label: 'twemproxy #416: a quota for each event',
      url: 'https://github.com/twitter/twemproxy/issues/416',
    },
  ],
}
