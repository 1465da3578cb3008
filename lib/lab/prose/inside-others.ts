import type { Section } from './prose.ts'

/** How an epoll relates to threads, other epolls and descriptors, and how to inspect it. */
export const others: readonly Section[] = [
  {
    id: 'sleepers',
    heading: { en: 'Which thread wakes up', zh: '唤醒哪个线程' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: "A wait that finds nothing on the list puts its thread at the head of the epoll's wait queue, and sleeps. A wake-up takes one thread from the head: the last one to fall asleep, whose memory is still in the processor's caches.",
          zh: '等待时列表上什么都没有，线程就把自己放到 epoll 的等待队列的头部，然后睡眠。一次唤醒从头部取一个线程：最后睡着的那个，它的数据多半还在处理器缓存里。',
        },
      },
      { kind: 'drawing', name: 'queues' },
      {
        kind: 'run',
        transcript: `
pipe r w
ep E; add E r IN|ET
thread A wait E 400; sleep 10; thread B wait E 400; sleep 10; thread C wait E 400
sleep 20
write w 1
sleep 30
done C -> 1
done A B -> 0
write w 1
sleep 30
done B -> 1
done A -> 0
`,
        caption: {
          en: 'A, B and C fall asleep one after the other, then two bytes arrive. Which threads wake up?',
          zh: 'A、B、C 依次睡下，然后来了两个字节。哪些线程会醒？',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'One wake-up, one thread: with LT too. But a thread that leaves looks back: if the ready list still has entries, it wakes the next one. A level-triggered entry has just been put back, so a single unread byte wakes them all.',
          zh: '一次唤醒，一个线程：LT 也是如此。但线程离开时会回头看一眼：就绪列表上还有东西，就再唤醒下一个。水平触发的项刚刚又挂了回去，所以一个没读的字节会把所有线程都唤醒。',
        },
      },
      {
        kind: 'experiment',
        id: 'four-threads',
        part: 'transcript',
        caption: {
          en: 'Four threads on one epoll, once with each trigger.',
          zh: '四个线程等在一个 epoll 上，两种触发各一次。',
        },
      },
    ],
  },
  {
    id: 'several',
    heading: { en: 'Several epolls on one file', zh: '一个文件，多个 epoll' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: "Each registration has its own function in the file's wait queue. A wake-up calls them all, the newest first, so every epoll gets it: if each has a waiting worker, that's the thundering herd. `EPOLLEXCLUSIVE` puts the function at the end of the queue, and lets the kernel stop as soon as it has found an epoll in which a thread sleeps.",
          zh: '每个注册在文件的等待队列里都有自己的函数。一次唤醒会全部调用，新注册的在前，于是每个 epoll 都会得到唤醒：如果每个 epoll 都有一个 worker 在等，这就是惊群。`EPOLLEXCLUSIVE` 把函数排在队列末尾，内核一旦找到一个有线程睡在里面的 epoll，就到此停下。',
        },
      },
      {
        kind: 'run',
        transcript: `
listen S
ep E; add E S IN|EXCLUSIVE
ep F; add F S IN|EXCLUSIVE
thread B wait F 200; sleep 10; thread A wait E 200
sleep 20
connect c S
sleep 20
done A -> 1
done B -> 0
poll S -> S:IN
join B 300 -> nothing
`,
        caption: {
          en: "E was registered first; B, on F, fell asleep first. Which thread wakes up, and what does the other one learn of the connection that's still waiting?",
          zh: 'E 先注册；等在 F 上的 B 先睡着。哪个线程会醒？还在排队的那个连接，另一个线程会知道吗？',
        },
      },
      {
        kind: 'run',
        transcript: `
pipe r w
dup d r
ep E; add E r IN; add E d IN|ET
write w 1
wait E -> d:IN, r:IN
wait E -> r:IN
`,
        caption: {
          en: 'Two registrations of one pipe without EXCLUSIVE, here in the same epoll.',
          zh: '同一条管道的两个注册，没有 EXCLUSIVE，这里放在同一个 epoll 里。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'Predict it yourself: [the herd](#/e/herd), [whose turn is next](#/e/exclusive-first), [two epolls, one pipe](#/e/two-epolls).',
          zh: '自己预测：[惊群](#/e/herd)，[下一次轮到谁](#/e/exclusive-first)，[两个 epoll，一条管道](#/e/two-epolls)。',
        },
      },
    ],
  },
  {
    id: 'nesting',
    heading: { en: 'An epoll in an epoll', zh: 'epoll 里的 epoll' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: "An epoll is a file with a wait queue, and it's readable while its ready list has something to report. So another epoll can watch it: the inner `ep_poll_callback` wakes the outer one. That's how you put one loop into another; this project's `epoll.watch` nests itself in Node's loop like that, as long as its files stay ready until they're read. To see whether the inner epoll is readable, the kernel asks each file on its ready list. `/proc/self/mounts` and pressure triggers report a change only to the first call that asks, so for these a thread sleeps in `epoll_wait` instead. The kernel refuses circles, and chains that are too long, with `ELOOP`.",
          zh: 'epoll 也是有等待队列的文件，就绪列表有东西可通知时它就可读。所以另一个 epoll 可以监视它：内层的 `ep_poll_callback` 会唤醒外层的。一个事件循环就是这样嵌进另一个里的：只要里面的文件在读取之前一直就绪，本项目的 `epoll.watch` 就这样嵌在 Node 的循环里。要知道内层是否可读，内核会询问它就绪列表上的每个文件。`/proc/self/mounts` 和 PSI 触发器的变化只告诉第一个来问的调用，所以监视这类文件时，改由一个线程睡在 `epoll_wait` 里。内核不允许成环，也不允许嵌套太深，返回 `ELOOP`。',
        },
      },
      {
        kind: 'run',
        transcript: `
pipe r w
ep I; add I r IN
ep O; add O I IN
thread T wait O 500
sleep 10
write w 1
join T 100 -> I:IN
wait I -> r:IN
read r 1 -> 1
wait O -> nothing
add I O IN -> ELOOP
add I I IN -> EINVAL
`,
        caption: {
          en: 'A byte arrives in r. Does it wake the thread that waits on O?',
          zh: 'r 里来了一个字节。它会唤醒等在 O 上的线程吗？',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'Predict it yourself: [what the outer one reports](#/e/nested).',
          zh: '自己预测：[外层会通知什么](#/e/nested)。',
        },
      },
    ],
  },
  {
    id: 'description',
    heading: { en: "A registration doesn't follow the number", zh: '注册跟着的不是编号' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: "A descriptor is a number in a process's table. It refers to an open file description, which `dup`, `fork` and inheritance share. The function in the wait queue belongs to the description; the number is only part of the key in the tree. The kernel removes a registration when the description ends: when its last descriptor is closed, in any process.",
          zh: '描述符是进程表里的一个编号。它指向打开文件描述，`dup`、`fork` 和继承都会共享它。等待队列里的函数属于打开文件描述，编号只是树里的键的一部分。打开文件描述结束时内核才移除注册，也就是它的最后一个描述符关闭的时候，不管在哪个进程里。',
        },
      },
      { kind: 'drawing', name: 'description' },
      {
        kind: 'experiment',
        id: 'closed-not-gone',
        part: 'transcript',
        caption: {
          en: 'The drawing, step by step. Its fix shows how you get hold of such a registration again.',
          zh: '图里的情形，一步一步来；它的改正版还演示了怎样重新抓住这样的注册。',
        },
      },
      {
        kind: 'run',
        transcript: `
pipe r w
dup d r
ep E; add E r IN; add E d IN
write w 1
close r
wait E -> d:IN, r(closed):IN
close d
wait E -> nothing
`,
        caption: {
          en: 'Two numbers, one description: two registrations. When do they go away?',
          zh: '两个编号，一个打开文件描述：两个注册。它们什么时候消失？',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'Predict it yourself: [the number belongs to a new file](#/e/ghost), [a child process has it open](#/e/child-keeps), [an event of the same batch](#/e/stale-event).',
          zh: '自己预测：[旧编号归了新文件](#/e/ghost)，[子进程还开着](#/e/child-keeps)，[同一批里的过期事件](#/e/stale-event)。',
        },
      },
    ],
  },
  {
    id: 'look',
    heading: { en: 'See for yourself', zh: '自己看一看' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: 'You can read the interest list of any of your processes while it runs, with the process id and the number of its epoll:',
          zh: '你的任何进程，只要知道进程号和 epoll 的编号，运行时就能读到它的关注列表：',
        },
      },
      {
        kind: 'code',
        language: 'shell',
        text: 'cat /proc/4711/fdinfo/17\n# tfd:       21 events: 80000019 data:               21  pos:0 ino:8978a sdev:f',
      },
      {
        kind: 'list',
        items: [
          {
            en: "`tfd` is the number under which it was registered, whether or not that's still open.",
            zh: '`tfd` 是注册时的编号，不管现在是否还开着。',
          },
          {
            en: '`events` is the mask in hexadecimal: 1 is IN, 4 OUT, 2000 RDHUP, 80000000 ET, 40000000 ONESHOT. The 18 is ERR and HUP, which the kernel adds. 40000000 alone is a one-shot that has reported.',
            zh: '`events` 是十六进制的掩码：1 是 IN，4 是 OUT，2000 是 RDHUP，80000000 是 ET，40000000 是 ONESHOT。其中的 18 是 ERR 和 HUP，内核自动加上。只剩 40000000，就是已经通知过的 ONESHOT。',
          },
          {
            en: '`data` is what the program stored with the registration and gets back with each event.',
            zh: '`data` 是程序在注册时存的值，每个事件原样带回。',
          },
          {
            en: '`ino` and `sdev` say which file it is: two lines with one `tfd` and different inodes are a closed file and its successor.',
            zh: '`ino` 和 `sdev` 说明是哪个文件：两行 `tfd` 相同而 inode 不同，就是一个已关闭的文件和它的继任者。',
          },
        ],
      },
      {
        kind: 'paragraph',
        text: {
          en: 'The lab reads the state of each experiment from there, and [the X-ray](#/xray) shows the list of the server that sends you this page. The source is one file, [fs/eventpoll.c](https://github.com/torvalds/linux/blob/master/fs/eventpoll.c); by now you can read it.',
          zh: '实验室就是从那里读取每个实验的状态，[透视](#/xray)显示的是正在为你提供本页的服务器的列表。源码只有一个文件：[fs/eventpoll.c](https://github.com/torvalds/linux/blob/master/fs/eventpoll.c)；读到这里，你已经能看懂它了。',
        },
      },
    ],
  },
]
