import type { Section } from './prose.ts'

/** How an epoll relates to threads, other epolls and descriptors, and how to inspect it. */
export const others: readonly Section[] = [
  {
    id: 'sleepers',
    heading: { en: 'Who is woken', zh: '唤醒谁' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: 'A wait that finds nothing on the list puts its thread at the head of the wait queue of the epoll, and sleeps. A wake-up takes one thread, from the head: the last one to fall asleep, whose memory is still in the caches of the processor.',
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
          en: 'A, B and C fall asleep one after the other. The first byte wakes C, the second one B.',
          zh: 'A、B、C 依次睡下。第一个字节唤醒 C，第二个唤醒 B。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'One wake-up, one thread: under LT, too. But a thread that leaves looks back: if something is on the ready list still, it wakes the next. A level-triggered entry was just put there again, so one byte that nobody reads wakes them all.',
          zh: '一次唤醒，一个线程：LT 也是如此。但线程离开时会回头看一眼：就绪列表上还有东西，就再唤醒下一个。水平触发的项刚刚又挂了回去，所以一个没人读的字节会把所有线程都唤醒。',
        },
      },
      {
        kind: 'experiment',
        id: 'four-threads',
        part: 'transcript',
        caption: {
          en: 'Four threads at one epoll, with both triggers.',
          zh: '四个线程等在一个 epoll 上，两种触发各一次。',
        },
      },
    ],
  },
  {
    id: 'several',
    heading: { en: 'Several epolls at one file', zh: '一个文件，多个 epoll' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: 'Each registration has its own function in the wait queue of the file. A wake-up calls them all, the newest first, so each epoll learns of it: that is the thundering herd when each has a worker. `EPOLLEXCLUSIVE` puts the function at the end of the queue, and lets the kernel stop there as soon as it has found an epoll in which somebody sleeps.',
          zh: '每个注册在文件的等待队列里都有自己的函数。一次唤醒会全部调用，新注册的在前，于是每个 epoll 都知道了：如果每个 epoll 都有一个工作者在等，这就是惊群。`EPOLLEXCLUSIVE` 把函数排在队列末尾，内核一旦找到一个有人睡在里面的 epoll，就到此停下。',
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
          en: 'E was registered first, so its thread A is woken, whoever fell asleep first. Of the connection F is never told, though it waits there for all to see: to be level-triggered means to be asked again, and F has not been asked at all.',
          zh: 'E 先注册，所以被唤醒的是等在 E 上的 A，与谁先睡着无关。F 始终不知道这个连接，尽管它就在队列里摆着：水平触发是“再问一次”，而 F 一次也没有问过。',
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
          en: 'Two registrations of one pipe, without EXCLUSIVE, here in the same epoll: both are called, the newer one first.',
          zh: '同一条管道的两个注册，没有 EXCLUSIVE，这里放在同一个 epoll 里：两个都会被调用，新的在前。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'To predict: [the herd](#/e/herd), [whose turn is next](#/e/exclusive-first), [two epolls, one pipe](#/e/two-epolls).',
          zh: '相关实验：[惊群](#/e/herd)，[下一次轮到谁](#/e/exclusive-first)，[两个 epoll，一条管道](#/e/two-epolls)。',
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
          en: 'An epoll is a file with a wait queue, and is readable while something is on its ready list. So it can be watched by another one, and `ep_poll_callback` of the inner one wakes that of the outer. This is how a loop is put into another loop: `epoll.watch` of this project lives inside the loop of Node like that, as long as its files keep their readiness. To see whether the inner one is readable, the kernel asks each file on its ready list; `/proc/self/mounts` and a pressure trigger tell an event only to the first who asks, so for such files a thread sleeps in `epoll_wait` instead. The kernel refuses circles, and chains that are too long, with `ELOOP`.',
          zh: 'epoll 也是有等待队列的文件，就绪列表不空时它就可读。所以它可以被另一个 epoll 监视，内层的 `ep_poll_callback` 会唤醒外层的。一个事件循环就是这样放进另一个里的：只要里面的文件会保持就绪状态，本项目的 `epoll.watch` 就这样住在 Node 的循环里。要知道内层是否可读，内核会询问它就绪列表上的每个文件；而 `/proc/self/mounts` 和 PSI 触发器的事件只告诉第一个来问的，所以监视这类文件时，改由一个线程睡在 `epoll_wait` 里。内核不允许成环，也不允许嵌套太深，返回 `ELOOP`。',
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
          en: 'A byte in r wakes the thread that waits at O; O reports I, and I reports r.',
          zh: 'r 里来了一个字节，唤醒等在 O 上的线程；O 报告 I，I 报告 r。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'To predict: [what the outer one reports](#/e/nested).',
          zh: '相关实验：[外层会报告什么](#/e/nested)。',
        },
      },
    ],
  },
  {
    id: 'description',
    heading: { en: 'A registration does not hold the number', zh: '注册跟着的不是编号' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: 'A descriptor is a number in the table of a process. What it names is an open file description, which `dup`, `fork` and inheritance share. The function in the wait queue belongs to the description; the number is only a part of the key in the tree. The kernel takes a registration off when the description ends, and that is when its last descriptor is closed, in any process.',
          zh: '描述符是进程表里的一个编号。它所指的是打开文件描述，`dup`、`fork` 和继承都会共享它。等待队列里的函数属于打开文件描述，编号只是树里的键的一部分。打开文件描述结束时内核才取下注册，也就是它的最后一个描述符关闭的时候，不管在哪个进程里。',
        },
      },
      { kind: 'drawing', name: 'description' },
      {
        kind: 'experiment',
        id: 'closed-not-gone',
        part: 'transcript',
        caption: {
          en: 'The drawing, step by step; and in its mended form, the way to get hold of such a registration again.',
          zh: '图里的情形，一步一步来；它的修正版还演示了怎样重新抓住这样的注册。',
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
          en: 'Two numbers, one description: two registrations. Both go with the last descriptor, and not before.',
          zh: '两个编号，一个打开文件描述：两个注册。最后一个描述符关闭时两个一起消失，在那之前都在。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'To predict: [the number belongs to a new file](#/e/ghost), [a child process holds it](#/e/child-keeps), [an event of the same batch](#/e/stale-event).',
          zh: '相关实验：[旧编号归了新文件](#/e/ghost)，[子进程还没关](#/e/child-keeps)，[同一批里的过期事件](#/e/stale-event)。',
        },
      },
    ],
  },
  {
    id: 'look',
    heading: { en: 'Look for yourself', zh: '自己看一看' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: 'The interest list of any process of yours can be read while it runs, with the process id and the number of its epoll:',
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
            en: '`tfd` is the number under which it was registered, open or not.',
            zh: '`tfd` 是注册时的编号，不管现在是否还开着。',
          },
          {
            en: '`events` is the mask in hexadecimal: 1 is IN, 4 OUT, 2000 RDHUP, 80000000 ET, 40000000 ONESHOT. The 18 is ERR and HUP, which the kernel adds. 40000000 alone is a one-shot that has been reported.',
            zh: '`events` 是十六进制的掩码：1 是 IN，4 是 OUT，2000 是 RDHUP，80000000 是 ET，40000000 是 ONESHOT。其中的 18 是 ERR 和 HUP，内核自动加上。只剩 40000000，就是已经报告过的单次触发。',
          },
          {
            en: '`data` is what the program stored beside it, and gets back with each report.',
            zh: '`data` 是程序存在旁边的值，每次报告时原样返回。',
          },
          {
            en: '`ino` and `sdev` tell which file it is: two lines with one `tfd` and different inodes are a ghost and its successor.',
            zh: '`ino` 和 `sdev` 说明是哪个文件：两行 `tfd` 相同而 inode 不同，就是一个幽灵和它的继任者。',
          },
        ],
      },
      {
        kind: 'paragraph',
        text: {
          en: 'The state of each experiment in this lab is read from there, and [the X-ray](#/xray) shows the list of the server that sends you this page. The source is one file, [fs/eventpoll.c](https://github.com/torvalds/linux/blob/master/fs/eventpoll.c); having come so far, you can read it.',
          zh: '这个实验室里每个实验的状态就是从那里读来的，[透视](#/xray)显示的是正在为你提供本页的服务器的列表。源码只有一个文件：[fs/eventpoll.c](https://github.com/torvalds/linux/blob/master/fs/eventpoll.c)；读到这里，你已经能看懂它了。',
        },
      },
    ],
  },
]
