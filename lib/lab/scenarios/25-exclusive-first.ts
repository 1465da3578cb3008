import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 25,
  id: 'exclusive-first',
  chapter: 3,
  title: {
    en: 'EPOLLEXCLUSIVE wakes one of three workers. Who is next?',
    zh: 'EPOLLEXCLUSIVE 从三个 worker 里唤醒一个。下一次轮到谁？',
  },
  belief: {
    en: 'EPOLLEXCLUSIVE balances the load: the workers take turns.',
    zh: 'EPOLLEXCLUSIVE 会均衡负载：worker 轮流接连接。',
  },
  transcript: `
listen S
ep A; add A S IN|EXCLUSIVE
ep B; add B S IN|EXCLUSIVE
ep C; add C S IN|EXCLUSIVE
thread b wait B 1000; thread a1 wait A 150; thread c wait C 1000
connect v S
join a1 50 -> S:IN
accept first S -> ok
thread a2 wait A 150
connect w S
join a2 50 ? -> S:IN
accept second S -> ok
thread a3 wait A 150
connect x S
join a3 50 -> S:IN
accept third S -> ok
thread a4 wait A 150
connect y S
join a4 50 -> S:IN
accept fourth S -> ok
done b c ? -> 0
`,
  questions: [
    {
      text: {
        en: "A took the first connection and went back to sleep, after B and C. A second client connects: what happens to A's thread?",
        zh: 'A 接了第一个连接，又睡下了，比 B 和 C 都晚。来了第二个客户端：A 的线程会怎样？',
      },
      choices: ['S:IN', 'blocked'],
    },
    {
      text: {
        en: 'Four clients have connected, one at a time. How many of B and C have woken?',
        zh: '先后来了四个客户端。B 和 C 里醒过几个？',
      },
      choices: ['0', '1', '2'],
    },
  ],
  rule: {
    en: 'It wakes the first sleeping worker in the order of registration. As long as the first one is fast enough, the others have nothing to do.',
    zh: '它按注册的先后，唤醒第一个正在睡眠的 worker：只要第一个够快，其余的就一直闲着。',
  },
  fix: {
    text: {
      en: 'After accept, unregister the listener and register it again. That puts the worker last: next is B, then C. nginx does this from time to time.',
      zh: '接完连接就先注销监听套接字，再重新注册：这个 worker 就排到最后，下一个轮到 B，再轮到 C。nginx 每隔一段时间就这样做一次。',
    },
    transcript: `
listen S
ep A; add A S IN|EXCLUSIVE
ep B; add B S IN|EXCLUSIVE
ep C; add C S IN|EXCLUSIVE
thread b wait B 500; thread a1 wait A 500; thread c wait C 500
connect v S
join a1 50 -> S:IN
accept first S -> ok
del A S; add A S IN|EXCLUSIVE
thread a2 wait A 500
connect w S
join b 50 -> S:IN
accept second S -> ok
del B S; add B S IN|EXCLUSIVE
connect x S
join c 50 -> S:IN
done a2 -> 0
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLLEXCLUSIVE',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'Cloudflare: why does one NGINX worker take all the load?',
      url: 'https://blog.cloudflare.com/the-sad-state-of-linux-socket-balancing/',
    },
    {
      label: 'nginx #322: the cost of registering again',
      url: 'https://github.com/nginx/nginx/issues/322',
    },
  ],
  unread: {
    en: 'No state is shown here: the reading itself would wait on the listener and change who wakes.',
    zh: '这里不显示状态：读取状态本身也会等在监听套接字上，从而影响谁被唤醒。',
  },
}
