import type { Myth } from './myth.ts'

/** Myths about registrations, wake-ups and cost. */
export const myths: readonly Myth[] = [
  {
    id: 'close-removes',
    experiment: 'closed-not-gone',
    said: {
      en: 'close() removes a descriptor from epoll.',
      zh: 'close() 会自动把描述符从 epoll 中移除。',
    },
    found: {
      en: 'Tutorials that leave out `EPOLL_CTL_DEL`. Good servers have believed it too: see [h2o #1100](https://github.com/h2o/h2o/pull/1100).',
      zh: '省掉 `EPOLL_CTL_DEL` 的教程。优秀的服务器也曾这样以为，见 [h2o #1100](https://github.com/h2o/h2o/pull/1100)。',
    },
    watch: {
      en: 'r is closed, but a duplicate of it is still open. Then data arrives.',
      zh: 'r 关闭了，但它的副本还开着。然后来了数据。',
    },
    transcript: `
pipe r w
ep E; add E r IN
dup d r
close r
write w 5
wait E -> r(closed):IN
del E r -> EBADF
`,
    truth: {
      en: 'A registration belongs to the open file description and goes away when its last descriptor is closed: duplicates count, and so do those that a child process has inherited. Unregister first, then close.',
      zh: '注册属于打开文件描述，等它的最后一个描述符关闭才消失：副本算数，子进程继承的也算数。先注销，再关闭。',
    },
  },
  {
    id: 'oneshot-removes',
    experiment: 'oneshot',
    said: {
      en: 'EPOLLONESHOT removes the descriptor after its event.',
      zh: 'EPOLLONESHOT 触发一次后，描述符就从 epoll 中删除了。',
    },
    found: {
      en: 'Descriptions of thread pools: "add it again when you are done".',
      zh: '介绍线程池的文章：“处理完之后再 add 一次”。',
    },
    watch: {
      en: 'After the one report the writer closes; then r is added again, as the articles say.',
      zh: '通知一次之后，写端关闭；然后照文章所说，再 add 一次。',
    },
    transcript: `
pipe r w
ep E; add E r IN|ONESHOT
write w 5
wait E -> r:IN
close w
wait E -> nothing
add E r IN|ONESHOT -> EEXIST
mod E r IN|ONESHOT -> ok
wait E -> r:IN|HUP
`,
    truth: {
      en: 'It stays registered, with an empty mask: not even the end is reported. `EPOLL_CTL_MOD` re-arms it, and at once reports what came in the meantime.',
      zh: '它仍在关注列表里，只是掩码被清空，连挂断也不通知。用 `EPOLL_CTL_MOD` 重新启用，期间发生的事会立刻通知。',
    },
  },
  {
    id: 'one-thread',
    experiment: 'four-threads',
    said: {
      en: 'One event wakes one thread.',
      zh: '一个事件只唤醒一个线程。',
    },
    found: {
      en: 'Designs in which several threads wait on one epoll.',
      zh: '让一组线程等在同一个 epoll 上的设计。',
    },
    watch: {
      en: 'Three threads wait on one level-triggered epoll, and one byte is written. How many return?',
      zh: '三个线程等在同一个水平触发的 epoll 上，写入一个字节。几个会返回？',
    },
    transcript: `
pipe r w
ep E; add E r IN
thread A wait E 300; thread B wait E 300; thread C wait E 300
write w 1
sleep 40
done A B C -> 3
`,
    truth: {
      en: 'LT puts the registration back on the ready list, so each thread that leaves wakes the next. ET wakes one thread per arrival, so two threads can be at one socket; `EPOLLONESHOT` prevents both.',
      zh: 'LT 会把注册放回就绪列表，于是每个离开的线程又唤醒下一个。ET 每次到来唤醒一个，所以两个线程可能同时处理一个套接字；`EPOLLONESHOT` 两者都能避免。',
    },
  },
  {
    id: 'exclusive-balances',
    experiment: 'exclusive-first',
    said: {
      en: 'EPOLLEXCLUSIVE spreads connections evenly over the workers.',
      zh: 'EPOLLEXCLUSIVE 能把连接均匀分给各个工作进程。',
    },
    found: {
      en: 'Posts on the thundering herd that stop once the herd is gone.',
      zh: '讲解惊群的文章，往往讲到“解决了惊群”就结束了。',
    },
    watch: {
      en: 'Two workers, A and B, each wait on their own epoll. A takes a connection and is waiting again before the next one arrives. Which worker gets that one?',
      zh: '两个 worker A 和 B 各等在自己的 epoll 上。A 接走一个连接，在下一个到来之前又回去等待。下一个归谁？',
    },
    transcript: `
listen S
ep E; add E S IN|EXCLUSIVE
ep F; add F S IN|EXCLUSIVE
thread A wait E 300; thread B wait F 300
sleep 20
connect c S
sleep 20
done A -> 1
done B -> 0
accept x S
thread A2 wait E 300
sleep 20
connect d S
sleep 20
done A2 -> 1
done B -> 0
`,
    truth: {
      en: "It wakes one worker instead of all, and promises no more than that. The kernel walks the listener's wait queue in the order of registration and stops at the first worker that sleeps: under low load, that's always the same one.",
      zh: '它保证的只是唤醒一个而不是全部。内核沿着监听套接字的等待队列，按注册次序找到第一个正在睡眠的 worker 就停下：负载不高时，总是同一个。',
    },
  },
  {
    id: 'files',
    experiment: 'files',
    said: {
      en: 'epoll makes file reads asynchronous too.',
      zh: '用 epoll 也可以异步读写普通文件。',
    },
    found: {
      en: 'Introductions that say "everything is a file, so epoll watches everything".',
      zh: '“Linux 一切皆文件，所以 epoll 什么都能监视”的入门文章。',
    },
    watch: {
      en: 'A regular file and a directory are added, and poll is asked about the file.',
      zh: '添加一个普通文件和一个目录，再问 poll 对这个文件怎么说。',
    },
    transcript: `
open f file; open g directory
ep E
add E f IN -> EPERM
add E g IN -> EPERM
poll f -> f:IN|OUT
`,
    truth: {
      en: 'A regular file has nothing that could wake a waiter, so epoll refuses it; poll and select always call it ready. Reading it can still wait for the disk: use a thread pool or io_uring for that. The stdin of `node program.js < file` is such a file.',
      zh: '普通文件没有什么能来唤醒等待者，所以 epoll 拒绝监视它；poll 和 select 则总说它就绪。读文件仍可能等磁盘，那要用线程池或 io_uring。`node program.js < file` 的标准输入就是这样的文件。',
    },
  },
  {
    id: 'shared-memory',
    experiment: 'shared-memory',
    said: {
      en: 'epoll is fast because it shares memory with the kernel through mmap.',
      zh: 'epoll 高效是因为用 mmap 让内核和用户空间共享内存，省去了拷贝。',
    },
    found: {
      en: 'For many years in Chinese interview questions and static-server tutorials.',
      zh: '流传多年的中文面试题和静态服务器教程。',
    },
    watch: {
      en: 'Three pipes are ready, and the caller has room for one event at a time. What does each wait return?',
      zh: '三条管道就绪，而调用者每次只给出一个位置。每次等待返回什么？',
    },
    transcript: `
pipe a A; pipe b B; pipe c C
ep E; add E a IN|ET; add E b IN|ET; add E c IN|ET
write A 1; write B 1; write C 1
wait E max=1 -> a:IN
wait E max=1 -> b:IN
wait E max=1 -> c:IN
wait E max=1 -> nothing
`,
    more: [
      {
        kind: 'paragraph',
        text: {
          en: "And you can't map an epoll descriptor at all:",
          zh: '而且 epoll 的描述符根本不能映射：',
        },
      },
      {
        kind: 'code',
        language: 'shell',
        text: 'python3 -c "import mmap, select; e = select.epoll(); mmap.mmap(e.fileno(), 4096)"\n# OSError: [Errno 19] No such device',
      },
    ],
    truth: {
      en: "The kernel copies each event, 12 bytes on x86-64, into the array that you pass. epoll is cheap because the interest list stays in the kernel, and because a wait looks only at what's ready.",
      zh: '内核把每个事件（x86-64 上 12 字节）拷贝到你传入的数组里。epoll 省在两处：关注列表留在内核里，不必每次传递；等待时只看已经就绪的。',
    },
  },
  {
    id: 'always-faster',
    experiment: 'scale',
    said: {
      en: 'epoll is always faster than select and poll.',
      zh: 'epoll 永远比 select 和 poll 快。',
    },
    found: {
      en: 'Comparison tables with O(1) on one side and O(n) on the other.',
      zh: '一边写着 O(1)、一边写着 O(n) 的对比表格。',
    },
    watch: {
      en: 'To wait once for one pipe: count the system calls, first with poll, then with epoll.',
      zh: '只为一条管道等一次：数一数系统调用，先用 poll，再用 epoll。',
    },
    transcript: `
pipe r w
write w 1
poll r -> r:IN
ep E
add E r IN
wait E -> r:IN
close E
`,
    truth: {
      en: "epoll pays in advance, with a call for each descriptor and each change of a mask. That pays off when you watch many descriptors for long and few are ready. With ten descriptors there's little difference; with a thousand idle ones poll looks at all of them in every call.",
      zh: 'epoll 要预付：每个描述符、每次改掩码都是一次系统调用。长时间监视许多描述符而只有少数就绪时，才赚得回来。十来个描述符时两者相差无几；一千个空闲描述符时，poll 每次调用都要全部看一遍。',
    },
  },
  {
    id: 'et-faster',
    experiment: 'calls',
    said: {
      en: 'ET is always faster than LT.',
      zh: 'ET 一定比 LT 快。',
    },
    found: {
      en: 'Advice to "use ET for performance", usually without a measurement.',
      zh: '“追求高性能就用 ET”之类的建议，通常没有测量。',
    },
    watch: {
      en: 'The same message twice, handled as each mode is usually taught: count the calls after each write.',
      zh: '同样的消息来两次，按两种模式通常的写法处理：数一数每次写入之后的系统调用。',
    },
    transcript: `
pipe r w
ep L; add L r IN
write w 5
wait L -> r:IN
read r 4096 -> 5
del L r
ep E; add E r IN|ET
write w 5
wait E -> r:IN
read r 4096 -> 5
read r 4096 -> EAGAIN
`,
    truth: {
      en: 'Inside the kernel, ET saves a second look at the ready list. In your program, reading until EAGAIN costs a read that finds nothing: two calls per message with LT, three with ET. Measure your own program.',
      zh: '在内核里，ET 省掉了对就绪列表的又一次检查；在程序里，读到 EAGAIN 要多付一次读不到东西的 read：一条消息，LT 两次调用，ET 三次。请测量你自己的程序。',
    },
  },
]
