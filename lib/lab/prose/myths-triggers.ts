import type { Myth } from './myth.ts'

/** Myths about edges and levels. */
export const myths: readonly Myth[] = [
  {
    id: 'polls-all',
    experiment: 'order',
    said: {
      en: 'select, poll and epoll keep polling all the sockets they are in charge of.',
      zh: 'select，poll，epoll 会不断的轮询所负责的所有socket。',
    },
    found: {
      en: 'The first paragraph of many tutorials. The one that this project follows says `不断的轮询所负责的所有socket`.',
      zh: '许多教程的第一段；本项目所依据的那篇教程就写着“不断的轮询所负责的所有socket”。',
    },
    watch: {
      en: 'Four pipes are watched, and three of them become ready, out of order. Code that asks one descriptor after the other finds them in the order in which it asks, as `select` does. In which order does epoll report them?',
      zh: '监视四条管道，其中三条先后就绪，次序是乱的。挨个询问的代码，会按询问的次序得到结果，`select` 正是这样。epoll 会按什么次序通知？',
    },
    transcript: `
pipe a A; pipe b B; pipe c C; pipe d D
ep E; add E a IN; add E b IN; add E c IN; add E d IN
write D 1; write A 1; write C 1
wait E -> d:IN, a:IN, c:IN
select a b c d -> a:IN, c:IN, d:IN
`,
    truth: {
      en: "epoll doesn't ask around: each write puts its pipe on the ready list, and the wait looks only at that list. select and poll do go through all descriptors, once per call and once more when they are woken; in between they sleep.",
      zh: 'epoll 不会挨个询问：每次写入都把对应的管道挂上就绪列表，等待时只看这个列表。select 和 poll 确实要把所有描述符过一遍，每次调用一遍，被唤醒后再一遍，其余时间都在睡眠。',
    },
  },
  {
    id: 'never-again',
    experiment: 'more-arrives',
    said: {
      en: "In ET mode, an event that you don't handle is never reported again.",
      zh: 'ET 模式下，事件如果不处理，就再也不会通知了。',
    },
    found: {
      en: 'Nearly every comparison of LT and ET, our tutorial included: the program "must handle it at once", because the next call won\'t report it again.',
      zh: '几乎每一篇讲 LT 和 ET 区别的文章，也包括我们的教程：“应用程序必须立即处理该事件。如果不处理，下次调用epoll时，不会再次响应应用程序并通知此事件。”',
    },
    watch: {
      en: 'Here nothing is ever read. Count the reports.',
      zh: '这里从头到尾没有读过一个字节。数一数通知了几次。',
    },
    transcript: `
pipe r w
ep E; add E r IN|ET
write w 5
wait E -> r:IN
wait E -> nothing
write w 1
wait E -> r:IN
mod E r IN|ET
wait E -> r:IN
queued r -> 6
`,
    truth: {
      en: 'The very next wait says nothing. But every arrival of data reports the descriptor again, whether you read or not, and so does `EPOLL_CTL_MOD`, even with the same mask. You lose the reminder, not the data.',
      zh: '紧接着的那次等待确实没有通知。但只要有新数据到来，无论之前读没读，都会再通知；`EPOLL_CTL_MOD` 也会，掩码不变也一样。失去的是提醒，不是数据。',
    },
  },
  {
    id: 'only-on-change',
    experiment: 'eventfd-unread',
    said: {
      en: 'ET reports only when the state changes from not ready to ready.',
      zh: 'ET 只在状态从“未就绪”变为“就绪”时才通知，也就是从无数据到有数据。',
    },
    found: {
      en: 'Blog posts and question-and-answer pages in English, Chinese and Korean, often with a drawing of a step from 0 to 1.',
      zh: '英文、中文、韩文的博客和问答页面都有，常常配一张从 0 跳到 1 的方波图。',
    },
    watch: {
      en: 'The counter is never read, so it stays readable from the first write on: its state changes once. How many reports are there?',
      zh: '计数器从未被读取，所以从第一次写入起一直可读：状态只变了一次。会通知几次？',
    },
    transcript: `
eventfd e
ep E; add E e IN|ET
write e 1
wait E -> e:IN
write e 1
poll e -> e:IN|OUT
wait E -> e:IN
write e 1
wait E -> e:IN
read e -> 3
`,
    truth: {
      en: "The kernel doesn't compare states. It reports a registration once for each wake-up of the file's wait queue, if the file is ready when the program asks. Pipes, sockets, listeners and eventfds wake at every arrival. Some loops rely on that: libuv wakes itself through an eventfd that it doesn't read.",
      zh: '内核并不比较前后状态。文件的等待队列每被唤醒一次，只要程序来问时仍然就绪，就通知一次。管道、套接字、监听套接字和 eventfd 在每次有东西到来时都会唤醒。有的事件循环就靠这一点：libuv 用一个不读取的 eventfd 唤醒自己。',
    },
  },
  {
    id: 'listener-silent',
    experiment: 'one-accept',
    said: {
      en: 'With ET, a listener stays silent until you have accepted all waiting connections.',
      zh: 'ET 模式下，监听套接字要等所有连接都 accept 完，才会再次通知。',
    },
    found: {
      en: 'Answers about accept loops, and translated copies of them.',
      zh: '关于 accept 循环的问答，以及它们的译文。',
    },
    watch: {
      en: 'Two connections wait and are not accepted. Then a third one arrives.',
      zh: '两个连接在排队，没有 accept。这时来了第三个。',
    },
    transcript: `
listen L
ep E; add E L IN|ET
connect a L; connect b L
wait E -> L:IN
wait E -> nothing
connect c L
wait E -> L:IN
`,
    truth: {
      en: 'Each new connection is reported, no matter how many are already waiting. Still accept until `EAGAIN`: two connections that arrive together make one report, and the last ones would be left behind.',
      zh: '每个新连接都会通知，不管前面还有多少在排队。但仍然要一直 accept 到 `EAGAIN`：同时到来的两个连接只通知一次，后面的会被落下。',
    },
  },
  {
    id: 'one-recv',
    experiment: 'one-recv',
    said: {
      en: 'One recv per event is enough: what it leaves makes another event.',
      zh: '每个事件 recv 一次就够了，没读完的会再触发一次事件。',
    },
    found: {
      en: 'Servers in tutorials that register with EPOLLET and then call `recv(1024)` once; ours is one of them.',
      zh: '用 EPOLLET 注册、然后只调用一次 `recv(1024)` 的教程服务器；我们的教程也是。',
    },
    watch: {
      en: 'A level-triggered epoll L and an edge-triggered E watch the same 3000 bytes. After one recv, both are asked.',
      zh: '同样的 3000 字节，由水平触发的 L 和边缘触发的 E 同时监视。recv 一次之后，两边各问一次。',
    },
    transcript: `
tcp c s
ep L; add L s IN
ep E; add E s IN|ET
send c 3000
wait L -> s:IN
wait E -> s:IN
recv s 1024 -> 1024
wait L -> s:IN
wait E 50 -> nothing
queued s -> 1976
`,
    truth: {
      en: "True for LT, false for ET: taking data out isn't an arrival, so there's no new edge, and the client waits forever. With ET, read until `EAGAIN`, or ask again with `EPOLL_CTL_MOD`.",
      zh: '对 LT 成立，对 ET 不成立：取走数据不是到来，不会再次触发，客户端就一直等下去。ET 下要读到 `EAGAIN`，或者用 `EPOLL_CTL_MOD` 再问一次。',
    },
  },
  {
    id: 'one-request',
    experiment: 'pipelined',
    said: {
      en: 'One event is one request.',
      zh: '一个事件对应一个请求。',
    },
    found: {
      en: 'Simple web servers that take whatever one recv returned for one request, and message protocols that count events.',
      zh: '把一次 recv 的内容当作一个请求的简单 Web 服务器，以及靠事件个数来数消息的协议代码。',
    },
    watch: {
      en: 'First two requests in one packet, then one request in two packets. Count the events.',
      zh: '先是一个包里两个请求，然后是一个请求分成两个包。数一数事件。',
    },
    transcript: String.raw`
tcp c s
ep E; add E s IN|ET
send c "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n"
wait E -> s:IN
recv s 1024 -> 38
wait E -> nothing
send c "GET /c HTTP"
wait E -> s:IN
recv s 1024 -> 11
send c "/1.1\r\n\r\n"
wait E -> s:IN
recv s 1024 -> 8
`,
    truth: {
      en: 'TCP carries bytes, not messages, and several wake-ups merge into one report. Keep what has arrived for each connection, and let the bytes tell you where a request ends.',
      zh: 'TCP 传送的是字节，不是消息；几次唤醒也会合并成一次通知。为每个连接保留已收到的内容，请求在哪里结束由字节本身决定。',
    },
  },
]
