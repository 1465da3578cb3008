import type { Passage } from './prose.ts'

/** The sentences that lead from one experiment of the course to the next. */
export const course: readonly Passage[] = [
  {
    id: 'half-read',
    next: 'more-arrives',
    text: {
      en: 'So ET is silent about what you left. Is it silent for good, or only until something happens?',
      zh: '看来 ET 对剩下的数据保持沉默。是一直沉默，还是直到有新的事情发生？',
    },
  },
  {
    id: 'more-arrives',
    next: 'add-late',
    text: {
      en: 'Every arrival counts, then. But what of data that arrived before anybody was watching?',
      zh: '原来每次到来都算数。那么，在开始监视之前就已经到来的数据呢？',
    },
  },
  {
    id: 'add-late',
    next: 'ask-again',
    text: {
      en: 'The kernel looked when you registered. If it looks once, perhaps it can be made to look again.',
      zh: '注册的时候内核看了一眼。既然能看一次，也许可以让它再看一次。',
    },
  },
  {
    id: 'ask-again',
    next: 'one-recv',
    text: {
      en: 'These are the rules of both triggers. Now take them to a server, to the line that most tutorials have: `recv(1024)`.',
      zh: '两种触发的规则就是这些。现在带着它们去看服务器，先看多数教程里都有的那一行：`recv(1024)`。',
    },
  },
  {
    id: 'one-recv',
    next: 'blocking-drain',
    text: {
      en: 'Read until nothing is left, it follows. But how does a loop notice that nothing is left?',
      zh: '所以要读到什么都不剩。可是循环怎么知道已经什么都不剩了？',
    },
  },
  {
    id: 'blocking-drain',
    next: 'short-read',
    text: {
      en: 'The last read costs a call and finds nothing. Could a short read save it?',
      zh: '最后那次读取要花一次调用，却什么也读不到。凭短读能省掉它吗？',
    },
  },
  {
    id: 'short-read',
    next: 'one-accept',
    text: {
      en: 'Data and the end came together there. Connections come together as well.',
      zh: '那里是数据和流结束一起到来。连接也会一起到来。',
    },
  },
  {
    id: 'one-accept',
    next: 'out-spins',
    text: {
      en: 'That was reading, of bytes and of connections. Writing has a flag of its own, and a trap of its own.',
      zh: '以上都是读：读字节，读连接。写有自己的标志位，也有自己的陷阱。',
    },
  },
  {
    id: 'out-spins',
    next: 'equals',
    text: {
      en: 'Who watches both directions gets both in one event. What does the mask look like then?',
      zh: '同时关注两个方向，一个事件里就会有两者。那时掩码是什么样子？',
    },
  },
  {
    id: 'equals',
    next: 'closed-not-gone',
    text: {
      en: 'A connection that ends is closed. Is that the end of its registration as well?',
      zh: '连接结束了，就关闭它。它的注册也随之结束了吗？',
    },
  },
  {
    id: 'closed-not-gone',
    next: 'four-threads',
    text: {
      en: 'Two names for one file were enough for a surprise. The last one has four threads for one epoll.',
      zh: '一个文件有两个名字，就足以出人意料。最后一个实验：一个 epoll，四个线程。',
    },
  },
  {
    id: 'four-threads',
    next: null,
    text: {
      en: 'That was the course. [How epoll works inside](#/inside) shows why all of it is so; [the myths](#/myths) are what you can contradict now.',
      zh: '课程到此结束。[epoll 的内部](#/inside)会说明这一切为什么如此；[那些误解](#/myths)，你现在都能反驳了。',
    },
  },
]
