import type { Section } from './prose.ts'

/** The life of a registration: where it is kept, what brings it to the ready list, and what takes it off. */
export const life: readonly Section[] = [
  {
    id: 'three-things',
    heading: { en: 'Three things are kept', zh: '保存着三样东西' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: 'An epoll is a file in the kernel, and what it keeps is little. The interest list is a red-black tree with an entry for each registration: adding, changing and removing one takes a few steps, even among a hundred thousand. The ready list holds those entries that are worth looking at. The wait queue holds the threads that sleep in `epoll_wait`.',
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
          en: 'The list of the drawing. `poll E` shows whether there is anything on it, as an epoll is readable when its ready list is not empty. The order is that of the wake-ups, and a wait with room for two leaves the third for the next.',
          zh: '就是图里的那个列表。`poll E` 能看出上面有没有东西：就绪列表不空，epoll 自己就可读。次序是唤醒的次序；一次只取两个，第三个留给下一次。',
        },
      },
    ],
  },
  {
    id: 'callback',
    heading: { en: 'The wake-up is a function call', zh: '唤醒就是一次函数调用' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: 'Every file that can be waited for has a wait queue. A reader that blocks puts itself there, to be woken. Registration puts something else there: a function, `ep_poll_callback`. Whoever makes the file ready runs it, in passing.',
          zh: '凡是可以等待的文件都有一个等待队列。阻塞的读者把自己挂在上面，等人唤醒。注册时 epoll 挂上去的则是一个函数：`ep_poll_callback`。谁让文件就绪，谁就顺手执行了它。',
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
          en: 'The question of the mask. The first five bytes wake for IN, the mask asks for OUT only: nothing, although OUT is ready. With IN in the mask they count, and then all bits are reported that are ready, not only the one that woke.',
          zh: '看掩码这一问。前五个字节带来的是 IN 的唤醒，而掩码只关注 OUT：尽管 OUT 就绪，也没有报告。掩码里有了 IN，唤醒才算数，这时报告的是所有就绪的位，不只是引起唤醒的那一位。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'So nobody polls. With ten thousand idle connections, an arrival on one of them costs one call of this function, and the other 9999 cost nothing.',
          zh: '所以没有人在轮询。一万个空闲连接里有一个来了数据，代价就是调用一次这个函数；其余 9999 个不花分文。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'To predict: [which bits are reported](#/e/all-bits), [in which order](#/e/order).',
          zh: '相关实验：[报告哪些位](#/e/all-bits)，[按什么次序](#/e/order)。',
        },
      },
    ],
  },
  {
    id: 'asks-again',
    heading: { en: 'A wait asks once more', zh: '等待时会再问一次' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: 'What stands on the ready list is a suspicion, not an event. Before `epoll_wait` reports an entry, it takes it off the list and asks the file what is ready now: the function is `ep_send_events`. If nothing is, the entry is dropped without a word. And as an entry is on the list or not, any number of wake-ups before the wait are one report.',
          zh: '就绪列表上的是嫌疑，不是事件。`epoll_wait` 报告一项之前，会把它从列表取下，再问文件此刻什么就绪，这个函数是 `ep_send_events`。如果什么都没有，这一项就悄悄丢掉。而且一项要么在列表上，要么不在：等待之前唤醒多少次，都只有一次报告。',
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
          en: 'Three writes are one report. The fourth put r on the list again, but by the time of the wait there was nothing left to report.',
          zh: '三次写入，一次报告。第四次写入又把 r 挂上列表，但等到来问时，已经没有什么可报告了。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'While a wait hands out reports, new wake-ups are kept on a list of their own and join the ready list afterwards. None is lost.',
          zh: '一次等待正在交付报告时，新的唤醒先挂在另一个列表上，之后再并入就绪列表，一个也不会丢。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'To predict: [three writes](#/e/three-writes), [data that was read before the wait](#/e/read-before).',
          zh: '相关实验：[写三次](#/e/three-writes)，[等待之前就被读走的数据](#/e/read-before)。',
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
          en: 'Up to here the two triggers are the same. After a report, a level-triggered entry is appended to the ready list again, to be asked at the next wait; an edge-triggered one is not. That is all of it: in the source, one `if`.',
          zh: '到此为止，两种触发完全一样。报告之后，水平触发的项会再挂到就绪列表末尾，下次等待时再问；边缘触发的则不挂。区别就这一处：源码里的一个 `if`。',
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
          en: 'The same pipe in two epolls. After the report, something is on the list of L, and nothing on the list of E.',
          zh: '同一条管道放进两个 epoll。报告之后，L 的列表上还有东西，E 的列表已经空了。',
        },
      },
      {
        kind: 'list',
        items: [
          {
            en: '"Level" is therefore not a state that the kernel keeps: it is a question that is asked again. It ends when the answer is no, one wait after everything was read.',
            zh: '所以“水平”不是内核保存的状态，而是反复去问。读完之后的下一次等待得到“没有”的回答，它才结束。',
          },
          {
            en: 'As the entry goes to the end, several busy descriptors take turns, even if a wait takes few of them at a time.',
            zh: '因为是挂到末尾，几个繁忙的描述符会轮流得到报告，即使每次等待只取少数几个。',
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
          en: 'Turns: three are ready, a wait takes two, and nothing is read.',
          zh: '轮流：三个就绪，每次取两个，一个字节也没读。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'To predict: [whose turn it is](#/e/maxevents), [half of it is read](#/e/half-read).',
          zh: '相关实验：[轮到谁](#/e/maxevents)，[只读了一半](#/e/half-read)。',
        },
      },
    ],
  },
  {
    id: 'add-and-modify',
    heading: { en: 'ADD and MOD ask, too', zh: 'ADD 和 MOD 也会问' },
    blocks: [
      {
        kind: 'paragraph',
        text: {
          en: 'Data may have come before the registration, and no wake-up will tell of it. So `EPOLL_CTL_ADD` asks the file at once, and puts the entry on the ready list if it is ready. `EPOLL_CTL_MOD` does the same, as a bit that is new in the mask may be ready for long; it does not compare the masks, and so the same mask serves to ask again.',
          zh: '数据可能在注册之前就到了，那样不会再有唤醒来通知。所以 `EPOLL_CTL_ADD` 当场就问文件，就绪就把这一项挂上就绪列表。`EPOLL_CTL_MOD` 也一样，因为掩码里新加的位可能早已就绪；它并不比较新旧掩码，所以用同样的掩码也能再问一次。',
        },
      },
      {
        kind: 'experiment',
        id: 'add-late',
        part: 'transcript',
        caption: {
          en: 'ADD asks: what lay there before is not lost.',
          zh: 'ADD 会问：早先到达的数据不会丢。',
        },
      },
      {
        kind: 'experiment',
        id: 'ask-again',
        part: 'transcript',
        caption: {
          en: 'MOD asks, with the same mask: the cure for an edge that was used up.',
          zh: 'MOD 用同样的掩码也会问：边缘已经用掉时的补救办法。',
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
          en: 'With `EPOLLONESHOT`, a report clears every bit of the mask that stands for something that can happen, ERR and HUP among them. The entry stays in the tree, and its function stays in the wait queue, but finds at once that nothing is asked for. MOD sets the mask again, and asks.',
          zh: '带有 `EPOLLONESHOT` 时，一次报告会清掉掩码里所有表示事件的位，包括 ERR 和 HUP。这一项仍在树里，它的函数也仍挂在等待队列上，只是一执行就发现什么都不关注。MOD 重新设置掩码，并且再问一次。',
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
          en: 'In the interest list below, follow the mask of r: full, empty after the report, full again.',
          zh: '在下面的关注列表里看 r 的掩码：先是完整的，报告之后清空，然后又恢复。',
        },
      },
      {
        kind: 'paragraph',
        text: {
          en: 'To predict: [is it registered still](#/e/oneshot).',
          zh: '相关实验：[它还注册着吗](#/e/oneshot)。',
        },
      },
    ],
  },
]
