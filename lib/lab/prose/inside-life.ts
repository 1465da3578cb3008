import type { Section } from './prose.ts'

/** The life of a registration: where it is kept, what brings it to the ready list, and what takes it off. */
export const life: readonly Section[] = [
  {
    id: 'three-things',
    heading: { en: 'An epoll keeps three things', zh: 'epoll 保存三样东西' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: 'An epoll is a file in the kernel, and it keeps little. The interest list is a red-black tree with an entry per registration: adding, changing or removing one takes a few steps, even among a hundred thousand. The ready list holds the entries that are worth a look. The wait queue holds the threads that sleep in `epoll_wait`.',
          zh: 'epoll 是内核里的一个文件，保存的东西不多。关注列表是一棵红黑树，每个注册一项：即使有十万项，添加、修改、注销也只走几步。就绪列表挂着值得一看的那些项。等待队列里是睡在 `epoll_wait` 里的线程。',
        },
      },
      { kind: 'drawing', name: 'lists' },
      {
        kind: 'run',
        transcript: `
pipe a A; pipe b B; pipe c C; pipe d D; pipe e F
ep E; add E a IN|ET; add E b IN|ET; add E c IN|ET; add E d IN|ET; add E e IN|ET
poll E -> nothing
write D 1; write A 1; write C 1
poll E -> E:IN
wait E max=2 -> d:IN, a:IN
wait E -> c:IN
poll E -> nothing
`,
        caption: {
          en: 'The list in the drawing. `poll E` shows whether it has entries, because an epoll is readable while its ready list has something to report. In which order does it report them, and what happens to the third one when a wait has room for two?',
          zh: '就是图里的那个列表。`poll E` 能看出上面有没有东西：就绪列表有东西可通知，epoll 自己就可读。按什么次序通知？一次只取两个，第三个会怎样？',
        },
      },
    ],
  },
  {
    id: 'callback',
    heading: { en: 'A wake-up is a function call', zh: '唤醒就是一次函数调用' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: 'Every file that can be waited for has a wait queue. A blocked reader puts itself there to be woken. When you register, epoll puts a function there instead: `ep_poll_callback`. Whatever makes the file ready calls it on the way.',
          zh: '凡是可以等待的文件都有一个等待队列。阻塞的读者把自己挂在上面，等着被唤醒。注册时 epoll 挂上去的则是一个函数：`ep_poll_callback`。让文件就绪的那次调用，会顺便执行它。',
        },
      },
      { kind: 'drawing', name: 'callback' },
      {
        kind: 'run',
        transcript: `
pair a b
ep E; add E a OUT|ET
wait E -> a:OUT
send b 5
poll a -> a:IN|OUT
wait E -> nothing
mod E a IN|OUT|ET
wait E -> a:IN|OUT
send b 5
wait E -> a:IN|OUT
`,
        caption: {
          en: 'The mask decides. The first five bytes wake a for IN while the mask asks only for OUT; then IN is added to the mask. Which waits report something, and with which bits?',
          zh: '掩码说了算。前五个字节带来的是 IN 的唤醒，而掩码只关注 OUT；之后掩码里加上了 IN。哪次等待会通知，带哪些位？',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: "So there's no polling. With ten thousand idle connections, an arrival on one costs one call of this function, and the other 9999 cost nothing.",
          zh: '所以不需要轮询。一万个空闲连接里有一个来了数据，代价就是调用一次这个函数，其余 9999 个没有任何开销。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'Predict it yourself: [which bits are reported](#/e/all-bits), [in which order](#/e/order).',
          zh: '自己预测：[通知哪些位](#/e/all-bits)，[按什么次序](#/e/order)。',
        },
      },
    ],
  },
  {
    id: 'asks-again',
    heading: { en: 'A wait asks the file again', zh: '等待时会再问一次' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: "An entry on the ready list is a hint, not yet an event. Before `epoll_wait` reports it, the function `ep_send_events` takes it off the list and asks the file what's ready now. If nothing is, the entry is silently dropped. And because an entry is either on the list or not, any number of wake-ups before the wait make one report.",
          zh: '就绪列表上的一项只是提示，还不是事件。`epoll_wait` 通知它之前，`ep_send_events` 把它从列表取下，再问文件此刻什么就绪。如果什么都没有，这一项就悄悄丢掉。而且一项要么在列表上，要么不在：等待之前唤醒多少次，都只通知一次。',
        },
      },
      {
        kind: 'run',
        transcript: `
pipe r w
ep E; add E r IN|ET
write w 1; write w 1; write w 1
wait E -> r:IN
wait E -> nothing
write w 1
read r 10 -> 4
wait E -> nothing
`,
        caption: {
          en: "First three writes before a wait, then a write that's read before the wait. How many reports does each give?",
          zh: '先是等待之前写三次，然后是写入之后、等待之前就读走。各会通知几次？',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'While a wait hands out reports, new wake-ups go to a list of their own and join the ready list afterwards. None is lost.',
          zh: '一次等待正在交付事件时，新的唤醒先挂在另一个列表上，之后再并入就绪列表，一个也不会丢。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'Predict it yourself: [three writes](#/e/three-writes), [data read before the wait](#/e/read-before).',
          zh: '自己预测：[写三次](#/e/three-writes)，[等待之前就被读走的数据](#/e/read-before)。',
        },
      },
    ],
  },
  {
    id: 'requeue',
    heading: { en: 'LT and ET differ in one line', zh: 'LT 和 ET 只差一行' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: "Up to here, both triggers are the same. After a report, a level-triggered entry goes back to the end of the ready list, so that the next wait asks again; an edge-triggered one doesn't. That's the whole difference: one `if` in the source.",
          zh: '到此为止，两种触发完全一样。通知之后，水平触发的项会再挂到就绪列表末尾，下次等待时再问；边缘触发的则不挂。区别就这一处：源码里的一个 `if`。',
        },
      },
      { kind: 'drawing', name: 'requeue' },
      {
        kind: 'run',
        transcript: `
pipe r w
ep L; add L r IN
ep E; add E r IN|ET
write w 1
wait L -> r:IN
wait E -> r:IN
poll L -> L:IN
poll E -> nothing
wait L -> r:IN
wait E -> nothing
read r 1 -> 1
wait L -> nothing
wait E -> nothing
`,
        caption: {
          en: 'One pipe in two epolls. After the first reports, which of the two lists still has something on it?',
          zh: '同一条管道放进两个 epoll。第一次通知之后，哪个列表上还有东西？',
        },
      },
      {
        kind: 'list',
        items: [
          {
            en: "So \"level\" isn't a state that the kernel keeps: it's a question that the kernel repeats. It ends when the answer is no, one wait after you've read everything.",
            zh: '所以“水平”不是内核保存的状态，而是内核反复去问。读完之后的下一次等待得到“没有”的回答，它才结束。',
          },
          {
            en: 'Because the entry goes to the end, busy descriptors take turns, even if each wait takes only a few.',
            zh: '因为是挂到末尾，几个繁忙的描述符会轮流得到通知，即使每次等待只取少数几个。',
          },
        ],
      },
      {
        kind: 'run',
        transcript: `
pipe a A; pipe b B; pipe c C
ep E; add E a IN; add E b IN; add E c IN
write A 1; write B 1; write C 1
wait E max=2 -> a:IN, b:IN
wait E max=2 -> c:IN, a:IN
wait E max=2 -> b:IN, c:IN
`,
        caption: {
          en: 'Taking turns: three descriptors are ready, each wait takes two, and you read nothing.',
          zh: '轮流：三个就绪，每次取两个，一个字节也没读。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'Predict it yourself: [whose turn it is](#/e/maxevents), [half of it is read](#/e/half-read).',
          zh: '自己预测：[轮到谁](#/e/maxevents)，[只读了一半](#/e/half-read)。',
        },
      },
    ],
  },
  {
    id: 'add-and-modify',
    heading: { en: 'ADD and MOD ask too', zh: 'ADD 和 MOD 也会问' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: "Data may have arrived before you registered, and no wake-up will announce it. So `EPOLL_CTL_ADD` asks the file right away and puts the entry on the ready list if it's ready. `EPOLL_CTL_MOD` does the same, because a bit that's new in the mask may have been ready for a while. It doesn't compare masks, so you can use the same mask to ask again.",
          zh: '数据可能在注册之前就到了，那样不会再有唤醒。所以 `EPOLL_CTL_ADD` 当场就问文件，就绪就把这一项挂上就绪列表。`EPOLL_CTL_MOD` 也一样，因为掩码里新加的位可能早已就绪。它并不比较新旧掩码，所以用同样的掩码也能再问一次。',
        },
      },
      {
        kind: 'experiment',
        id: 'add-late',
        part: 'transcript',
        caption: {
          en: 'The data was there before the ADD.',
          zh: '数据在 ADD 之前就到了。',
        },
      },
      {
        kind: 'experiment',
        id: 'ask-again',
        part: 'transcript',
        caption: {
          en: 'MOD with the same mask, after the one report is used up.',
          zh: '唯一的一次通知已经用掉，再用同样的掩码 MOD。',
        },
      },
    ],
  },
  {
    id: 'oneshot',
    heading: { en: 'ONESHOT empties the mask', zh: 'ONESHOT 清空掩码' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: 'With `EPOLLONESHOT`, a report clears every event bit of the mask, including ERR and HUP. The entry stays in the tree and its function in the wait queue, but the function finds at once that the mask asks for nothing. MOD sets the mask again, and asks.',
          zh: '带有 `EPOLLONESHOT` 时，一次通知会清掉掩码里所有的事件位，包括 ERR 和 HUP。这一项仍在树里，它的函数也仍挂在等待队列上，只是一执行就发现掩码什么都不关注。MOD 重新设置掩码，并且再问一次。',
        },
      },
      {
        kind: 'run',
        transcript: `
pipe r w
ep E; add E r IN|ONESHOT
write w 1
wait E -> r:IN
write w 1
poll E -> nothing
mod E r IN|ONESHOT
poll E -> E:IN
wait E -> r:IN
`,
        caption: {
          en: 'In the interest list below, follow the mask of r from step to step.',
          zh: '在下面的关注列表里，逐步看 r 的掩码。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'Predict it yourself: [is it still registered](#/e/oneshot)?',
          zh: '自己预测：[它还注册着吗](#/e/oneshot)？',
        },
      },
    ],
  },
]
