import type { Myth } from './myth.ts'

/** Myths about the bits of a mask and their guarantees. */
export const myths: readonly Myth[] = [
  {
    id: 'equals-in',
    experiment: 'equals',
    said: {
      en: 'When data arrives, events == EPOLLIN.',
      zh: '有数据到来时，events == EPOLLIN。',
    },
    found: {
      en: "Example code, including our tutorial's `elif events == select.EPOLLIN`.",
      zh: '示例代码，包括我们教程里的 `elif events == select.EPOLLIN`。',
    },
    watch: {
      en: 'One socket gets data, another a reset. Which masks are reported?',
      zh: '一个套接字收到数据，另一个被重置。会通知什么掩码？',
    },
    transcript: `
pair a b
ep E; add E a IN|OUT
send b 2
wait E -> a:IN|OUT
tcp c s
ep F; add F s IN
rst c
wait F -> s:IN|ERR|HUP
`,
    truth: {
      en: 'A mask is a set of bits: test each one with `&`. Comparing the whole mask leaves a reset connection open forever, and with LT the loop spins.',
      zh: '掩码是一组位，要用 `&` 逐位判断。整体比较会让被重置的连接永远留着，在 LT 下循环还会空转。',
    },
  },
  {
    id: 'hup-closed',
    experiment: 'hup-or-rdhup',
    said: {
      en: 'EPOLLHUP means that the peer has closed the connection.',
      zh: 'EPOLLHUP 表示对端关闭了连接。',
    },
    found: {
      en: 'Tables of flags in tutorials; others call it "an internal error".',
      zh: '教程里的标志位表格；也有文章说它是“内部错误”。',
    },
    watch: {
      en: 'The client closes; later our side shuts down too. When does HUP appear?',
      zh: '客户端关闭，之后我们这一侧也关闭。HUP 什么时候出现？',
    },
    transcript: `
tcp c s
ep E; add E s IN|RDHUP
close c
wait E -> s:IN|RDHUP
shut s WR
wait E -> s:IN|HUP|RDHUP
`,
    truth: {
      en: 'A TCP peer that closes shows up as IN, and as RDHUP if you asked for it; HUP means that both directions are shut. Unix sockets and pipes do report HUP when the other end closes, so expect either.',
      zh: 'TCP 对端关闭时通知的是 IN，关注了 RDHUP 的话还有 RDHUP；HUP 表示两个方向都已关闭。unix 套接字和管道在另一端关闭时确实通知 HUP，所以两种都要处理。',
    },
  },
  {
    id: 'rdhup-drop',
    experiment: 'rdhup-data',
    said: {
      en: "On EPOLLRDHUP, close right away: there's nothing left to read.",
      zh: '收到 EPOLLRDHUP 就立即关闭，已经没有数据可读了。',
    },
    found: {
      en: 'Answers about how to notice that a client has left, and copies of them.',
      zh: '关于“如何检测连接断开”的问答，以及各种转载。',
    },
    watch: {
      en: 'The client sends three bytes and closes. Is there anything to read after RDHUP?',
      zh: '客户端发送三个字节，然后关闭。RDHUP 之后还有数据可读吗？',
    },
    transcript: `
tcp c s
ep E; add E s IN|RDHUP
send c 3
close c
wait E -> s:IN|RDHUP
recv s 1024 -> 3
recv s 1024 -> 0
`,
    truth: {
      en: "RDHUP says that no more data will come, not that you've read it all. Read until 0, then close: if you close first, you lose the last bytes.",
      zh: 'RDHUP 表示不会再有数据到来，不表示已经读完。先读到 0 再关闭：抢先关闭会丢掉最后的字节。',
    },
  },
  {
    id: 'errors-asked',
    experiment: 'mask-zero',
    said: {
      en: "If you don't ask for EPOLLERR and EPOLLHUP, you don't get them.",
      zh: '没有关注 EPOLLERR 和 EPOLLHUP，就不会收到它们。',
    },
    found: {
      en: 'Code that pauses a registration by setting its mask to 0.',
      zh: '想用“掩码设为 0”来暂停一个注册的代码。',
    },
    watch: {
      en: 'The mask is 0: not a single bit is asked for. Then the client resets the connection.',
      zh: '掩码是 0，一个位也没有关注。然后客户端重置了连接。',
    },
    transcript: `
tcp c s
ep E; add E s 0
rst c
wait E -> s:ERR|HUP
wait E -> s:ERR|HUP
`,
    truth: {
      en: 'The kernel adds ERR and HUP to every mask. With mask 0, level-triggered, a dead peer makes the loop spin; unregister it instead.',
      zh: '内核会给每个掩码加上 ERR 和 HUP。掩码为 0 的水平触发注册，对端一断，循环就空转；想暂停就注销它。',
    },
  },
  {
    id: 'out-sent',
    experiment: 'out-spins',
    said: {
      en: 'EPOLLOUT tells me that my data was sent.',
      zh: 'EPOLLOUT 表示数据已经发送出去了。',
    },
    found: {
      en: 'Introductions that call IN "received" and OUT "sent", as if they were counterparts.',
      zh: '把 IN 解释成“收到”、把 OUT 解释成“已发送”的入门文章。',
    },
    watch: {
      en: 'The wait is asked before anything is sent, and again while the peer has read nothing.',
      zh: '什么都没发送时等待一次；对端一个字节也没读时，再等待一次。',
    },
    transcript: `
pair a b
ep E; add E a OUT
wait E -> a:OUT
send a 100 -> 100
wait E -> a:OUT
unsent a -> >0
queued b -> 100
`,
    truth: {
      en: "OUT means that there's room in the buffer. There nearly always is, so ask for it only after a send failed with `EAGAIN`, and only as long as you need it.",
      zh: 'OUT 表示缓冲区有空间可写。这几乎总是成立，所以只在发送返回 `EAGAIN` 之后才关注它，用完就取消。',
    },
  },
  {
    id: 'promise',
    experiment: 'eagain',
    said: {
      en: "epoll said it's readable, so the read can't block.",
      zh: 'epoll 说可读了，read 就一定不会阻塞。',
    },
    found: {
      en: 'Programs that use blocking sockets with epoll, "because we only read when there is data".',
      zh: '在 epoll 里使用阻塞套接字的程序：“反正有数据才读”。',
    },
    watch: {
      en: 'Two descriptors refer to one pipe. r is reported as readable, but d reads first.',
      zh: '两个描述符指向同一条管道。通知说 r 可读，但 d 抢先读了。',
    },
    transcript: `
pipe r w
dup d r
ep E; add E r IN
write w 5
wait E -> r:IN
read d 5 -> 5
read r 5 -> EAGAIN
`,
    truth: {
      en: "A report is a hint about a moment that's over: another thread or process may have read, or a client may have left the queue. Make every watched descriptor non-blocking, and expect `EAGAIN`.",
      zh: '通知只是对过去某一刻的提示：别的线程或进程可能已经读走，排队的客户端可能已经离开。被监视的描述符都应设为非阻塞，并且要能应付 `EAGAIN`。',
    },
  },
]
