import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 26,
  id: 'reuseport-price',
  chapter: 3,
  title: {
    en: 'SO_REUSEPORT: the old server closes its listener while the new one already listens. Which client is lost?',
    zh: 'SO_REUSEPORT：旧服务器关闭监听套接字时，新服务器已经在监听。会丢掉哪个客户端？',
  },
  belief: {
    en: 'With SO_REUSEPORT, I can replace a server without losing anyone: both listen on the same port.',
    zh: '有了 SO_REUSEPORT，更换服务器一个客户端都不会丢：两边监听的是同一个端口。',
  },
  transcript: `
listen L reuseport
connect a L
connect b L
listen M reuseport L
accept s L -> ok
ep E; add E a IN|RDHUP; add E b IN|RDHUP
wait E -> nothing
close L
wait E 100 ? -> b:IN|ERR|HUP|RDHUP
recv b 1 -> ECONNRESET
accept t M ? -> EAGAIN
connect c M
accept u M -> ok
`,
  questions: [
    {
      text: {
        en: 'The old server had accepted a; b was still in its queue. The old listener is closed: what do the two clients see?',
        zh: 'a 已被旧服务器接受，b 还在它的全连接队列里。旧的监听套接字关闭了：两个客户端会看到什么？',
      },
      choices: ['nothing', 'b:IN|ERR|HUP|RDHUP', 'a:IN|RDHUP, b:IN|RDHUP'],
    },
    {
      text: { en: 'Can the new server accept b?', zh: '新服务器能 accept 到 b 吗？' },
      choices: ['ok', 'EAGAIN', 'ECONNABORTED'],
    },
  ],
  rule: {
    en: 'Listeners that share a port each have their own queue. Close one, and every client in its queue gets a reset.',
    zh: '共用端口的监听套接字各有各的全连接队列：关掉其中一个，排在它队列里的连接就会被重置。',
  },
  fix: {
    text: {
      en: 'Pass the listener itself to the new server, by inheritance or over a unix socket. A duplicate has the same queue, which lives as long as one of them is open.',
      zh: '把监听套接字本身交给新服务器（继承，或经 unix 套接字传递）：副本用的是同一个队列，只要还有一个开着，队列就在。',
    },
    transcript: `
listen L
connect a L
connect b L
dup M L
accept s L -> ok
ep E; add E a IN|RDHUP; add E b IN|RDHUP
close L
wait E 20 -> nothing
accept t M -> ok
send t 3 -> 3
wait E -> b:IN
`,
  },
  links: [
    {
      label: 'socket(7), SO_REUSEPORT',
      url: 'https://man7.org/linux/man-pages/man7/socket.7.html',
    },
    {
      label: 'LWN: the SO_REUSEPORT socket option',
      url: 'https://lwn.net/Articles/542629/',
    },
    {
      label: 'port-sharding #3: lost connections',
      url: 'https://github.com/joewalnes/port-sharding/pull/3',
    },
    {
      label: 'pingora #427: why to hand over the listener',
      url: 'https://github.com/cloudflare/pingora/issues/427',
    },
  ],
  kernels: [
    {
      en: "Since Linux 5.14, with net.ipv4.tcp_migrate_req = 1, the queue moves to the other listener: there's no reset, and the new server accepts b. The default is 0.",
      zh: 'Linux 5.14 起，如果 net.ipv4.tcp_migrate_req = 1，队列会移交给另一个监听套接字：没有重置，新服务器能接受 b。默认值是 0。',
    },
  ],
}
