import type { Passage } from './prose.ts'

/** The sentences that lead from one experiment of the course to the next. */
export const course: readonly Passage[] = [
  {
    id: 'half-read',
    next: 'more-arrives',
    text: {
      en: 'So ET says nothing about what you left behind. Does it stay silent for good, or until something happens?',
      zh: '看来 ET 不再提剩下的数据。是从此沉默，还是等到有事发生？',
    },
  },
  {
    id: 'more-arrives',
    next: 'add-late',
    text: {
      en: 'So every arrival counts. But what about data that arrived before you started to watch?',
      zh: '原来每次到来都算数。那么，开始监视之前就已经到来的数据呢？',
    },
  },
  {
    id: 'add-late',
    next: 'ask-again',
    text: {
      en: 'The kernel took a look when you registered. If it looks once, maybe you can make it look again.',
      zh: '注册的时候内核看了一眼。既然能看一次，也许可以让它再看一次。',
    },
  },
  {
    id: 'ask-again',
    next: 'one-recv',
    text: {
      en: 'Those are the rules of both triggers. Now take them to a server, to the line that most tutorials have: `recv(1024)`.',
      zh: '两种触发的规则就是这些。现在带着它们去看服务器，先看多数教程里都有的那一行：`recv(1024)`。',
    },
  },
  {
    id: 'one-recv',
    next: 'blocking-drain',
    text: {
      en: "So read until nothing is left: that's called draining. But how does your loop know when nothing is left?",
      zh: '所以要一直读到什么都不剩，这叫读空。可是循环怎么知道已经什么都不剩了？',
    },
  },
  {
    id: 'blocking-drain',
    next: 'short-read',
    text: {
      en: 'The last read costs a call and finds nothing. If a read returns less than you asked for, can you skip that call?',
      zh: '最后那次读取要花一次调用，却什么也读不到。如果某次读到的比要的少，能省掉它吗？',
    },
  },
  {
    id: 'short-read',
    next: 'one-accept',
    text: {
      en: 'There the data and the end came together. Connections come together as well.',
      zh: '那里是数据和流结束一起到来。连接也会一起到来。',
    },
  },
  {
    id: 'one-accept',
    next: 'out-spins',
    text: {
      en: 'That was reading: bytes and connections. Writing has its own flag, and its own trap.',
      zh: '以上都是读：读字节，读连接。写有自己的标志位，也有自己的陷阱。',
    },
  },
  {
    id: 'out-spins',
    next: 'equals',
    text: {
      en: 'Watch both directions, and you get both in one event. What does its mask look like?',
      zh: '同时关注两个方向，一个事件里就会有两者。那时掩码是什么样子？',
    },
  },
  {
    id: 'equals',
    next: 'closed-not-gone',
    text: {
      en: 'When a connection ends, you close it. Does that end its registration too?',
      zh: '连接结束了，就关闭它。它的注册也随之结束了吗？',
    },
  },
  {
    id: 'closed-not-gone',
    next: 'four-threads',
    text: {
      en: 'Two names for one file were enough for a surprise. The last experiment has four threads on one epoll.',
      zh: '一个文件有两个名字，就足以出人意料。最后一个实验：一个 epoll，四个线程。',
    },
  },
  {
    id: 'four-threads',
    next: null,
    text: {
      en: "That's the course. You can now refute [twenty popular myths](#/myths); next, see [why epoll works this way](#/inside).",
      zh: '课程到此结束。[二十个常见误区](#/myths)你现在都能反驳了；接下来看看 [epoll 的实现原理](#/inside)，它为什么会这样。',
    },
  },
]
