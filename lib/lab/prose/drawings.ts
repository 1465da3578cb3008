import type { Text } from '../scenario.ts'
import {
  arrow,
  box,
  circle,
  line,
  type Part,
  picture,
  type Tone,
  type WordLook,
  word,
} from './picture.ts'
import type { Prose } from './prose.ts'

const title: WordLook = { bold: true }
const small: WordLook = { sizePx: 12 }

/** A registration in the tree: it is on the ready list too, or not. */
function node(x: number, y: number, name: string, isReady: boolean): readonly Part[] {
  return [
    circle(x, y, 14, { tone: isReady ? 'edge' : 'ink' }),
    word(x, y + 5, name, { anchor: 'middle', mono: true, tone: isReady ? 'edge' : 'ink' }),
  ]
}

/** From the rim of one node to that of another. */
function branch([x1, y1]: [number, number], [x2, y2]: [number, number]): readonly Part[] {
  const far = 17 / Math.hypot(x2 - x1, y2 - y1)
  const [x, y] = [Math.round((x2 - x1) * far), Math.round((y2 - y1) * far)]
  return [line([x1 + x, y1 + y, x2 - x, y2 - y], { tone: 'soft' })]
}

/** A place in a list. */
function cell(x: number, y: number, name: string): readonly Part[] {
  return [
    box(x, y, 44, 28, { tone: 'edge' }),
    word(x + 22, y + 19, name, { anchor: 'middle', mono: true, tone: 'edge' }),
  ]
}

const lists = picture(
  318,
  {
    en: 'An epoll in the kernel holds a tree of the registrations a, b, c, d and e, a ready list with d, a and c, and a queue of threads that sleep in epoll_wait.',
    zh: '内核里的一个 epoll 包含三样东西：由 a、b、c、d、e 五个注册组成的树，依次挂着 d、a、c 的就绪列表，以及睡在 epoll_wait 里的线程队列。',
  },
  {
    en: 'This is what `epoll_create1` creates. The tree says what is watched; only the list says where to look.',
    zh: '`epoll_create1` 建立的东西。树记录监视了什么；等待时只看列表。',
  },
  [
    box(2, 2, 284, 312, { tone: 'line', radiusPx: 12 }),
    word(16, 28, { en: 'interest list: a red-black tree', zh: '关注列表：一棵红黑树' }, title),
    ...branch([150, 56], [86, 98]),
    ...branch([150, 56], [214, 98]),
    ...branch([86, 98], [50, 142]),
    ...branch([86, 98], [122, 142]),
    ...node(150, 56, 'c', true),
    ...node(86, 98, 'b', false),
    ...node(214, 98, 'e', false),
    ...node(50, 142, 'a', true),
    ...node(122, 142, 'd', true),
    line([16, 174, 272, 174], { tone: 'line' }),
    word(16, 198, { en: 'ready list, in order of wake-up', zh: '就绪列表，按唤醒次序' }, title),
    ...cell(16, 208, 'd'),
    arrow([60, 222, 82, 222], { tone: 'edge' }),
    ...cell(82, 208, 'a'),
    arrow([126, 222, 148, 222], { tone: 'edge' }),
    ...cell(148, 208, 'c'),
    line([16, 252, 272, 252], { tone: 'line' }),
    word(16, 276, { en: 'wait queue: sleeping threads', zh: '等待队列：睡着的线程' }, title),
    word(
      16,
      298,
      { en: 'empty while the program works', zh: '程序忙着处理时，这里是空的' },
      { tone: 'soft' },
    ),
  ],
)

interface Happening {
  readonly text: Text
  readonly note?: Text | string
}

const happenings: readonly Happening[] = [
  { text: { en: 'a program writes', zh: '程序写入' }, note: 'write(w, …)' },
  { text: { en: 'the pipe wakes its wait queue', zh: '管道唤醒自己的等待队列' } },
  {
    text: { en: "epoll's entry is a function", zh: 'epoll 挂在那里的是一个函数' },
    note: 'ep_poll_callback',
  },
  {
    text: { en: 'does the mask ask for it?', zh: '掩码关注它吗？' },
    note: { en: "if not, that's all", zh: '不关注就到此为止' },
  },
  {
    text: { en: 'put on the ready list', zh: '挂到就绪列表的末尾' },
    note: { en: "unless it's already there", zh: '已经在上面就不重复' },
  },
  { text: { en: 'wake one thread in epoll_wait', zh: '唤醒一个睡在 epoll_wait 里的线程' } },
]

const callback = picture(
  360,
  {
    en: 'Six steps, one below the other: a program writes; the pipe wakes its wait queue; the entry of epoll there is the function ep_poll_callback; if the mask does not ask for what happened, that is all; otherwise it puts the registration on the ready list, unless it is there already; it wakes one thread that sleeps in epoll_wait.',
    zh: '自上而下六步：程序写入；管道唤醒自己的等待队列；epoll 挂在那里的是函数 ep_poll_callback；掩码不关注就到此为止；否则把注册挂到就绪列表的末尾，已经在上面就不重复；唤醒一个睡在 epoll_wait 里的线程。',
  },
  {
    en: 'All of this happens within the write call. The other descriptors are not looked at.',
    zh: '这些都发生在写入的那次调用里，完全不去看别的描述符。',
  },
  happenings.flatMap(({ text, note }, i): readonly Part[] => {
    const y = 4 + i * 60
    const noteLook: WordLook = { tone: 'soft', sizePx: 12, mono: typeof note === 'string' }
    return [
      box(2, y, 284, 44, { tone: i >= 2 ? 'edge' : 'soft' }),
      word(16, y + (note === undefined ? 27 : 19), text),
      ...(note === undefined ? [] : [word(16, y + 36, note, noteLook)]),
      ...(i === 0 ? [] : [arrow([144, y - 16, 144, y], { tone: 'soft' })]),
    ]
  }),
)

/** One column: a registration from the ready list to the second wait. */
function half(middle: number, name: string, isLevel: boolean): readonly Part[] {
  const tone = isLevel ? 'level' : 'edge'
  const say = (y: number, text: Text): Part =>
    word(middle, y, text, { anchor: 'middle', tone: 'soft', sizePx: 12 })
  const report = (y: number, text: string, look: Tone): Part =>
    word(middle, y, text, { anchor: 'middle', mono: true, bold: true, tone: look })
  const list = (y: number, isThere: boolean): readonly Part[] => [
    box(middle - 58, y, 116, 40, { tone: 'line' }),
    ...(isThere
      ? [
          box(middle - 22, y + 6, 44, 28, { tone }),
          word(middle, y + 25, 'r', { anchor: 'middle', mono: true, tone }),
        ]
      : []),
  ]
  return [
    word(middle, 20, name, { anchor: 'middle', bold: true, tone }),
    say(44, { en: 'ready list', zh: '就绪列表' }),
    ...list(52, true),
    arrow([middle, 92, middle, 118], { tone: 'soft' }),
    say(134, { en: 'wait: r is asked', zh: '等待：询问 r' }),
    report(156, 'r:IN', tone),
    arrow([middle, 164, middle, 188], { tone: 'soft' }),
    say(
      204,
      isLevel ? { en: 'back on the list', zh: '挂回末尾' } : { en: 'off the list', zh: '就此取下' },
    ),
    ...list(212, isLevel),
    arrow([middle, 252, middle, 278], { tone: 'soft' }),
    say(
      294,
      isLevel
        ? { en: 'wait: asked again', zh: '再等待：再次询问' }
        : { en: 'wait: none to ask', zh: '再等待：没有可问的' },
    ),
    report(316, isLevel ? 'r:IN' : 'nothing', isLevel ? tone : 'soft'),
  ]
}

const requeue = picture(
  328,
  {
    en: 'Left, level-triggered: r is on the ready list, the wait asks it and reports r:IN, and puts it back on the list; the next wait asks once more and reports r:IN. Right, edge-triggered: after the report r is off the list, and the next wait reports nothing.',
    zh: '左边是水平触发：r 在就绪列表上，等待时询问它并通知 r:IN，然后把它挂回列表末尾；下一次等待再次询问，再通知 r:IN。右边是边缘触发：通知之后 r 就从列表取下，下一次等待什么也不通知。',
  },
  {
    en: 'The whole difference: whether a registration goes back on the list after its report.',
    zh: '全部区别只有一处：通知之后，是否把注册放回列表。',
  },
  [...half(70, 'LT', true), line([144, 8, 144, 320], { tone: 'line' }), ...half(218, 'ET', false)],
)

/** An entry of a wait queue: it is called, or not. */
function entry(
  i: number,
  y: number,
  name: Text | string,
  note: Text | string,
  isCalled: boolean,
): readonly Part[] {
  const middle = 44 + i * 100
  return [
    box(middle - 42, y, 84, 50, { tone: isCalled ? 'edge' : 'line', dashed: !isCalled }),
    word(middle, y + 21, name, { anchor: 'middle', tone: isCalled ? 'ink' : 'soft' }),
    word(middle, y + 40, note, { anchor: 'middle', tone: 'soft', sizePx: 12 }),
  ]
}

const queues = picture(
  314,
  {
    en: 'The wait queue of the listener S has three entries: epoll P, which is ordinary, then E and F with EXCLUSIVE, in the order of their registration. A wake-up calls P, then E, and stops there, as a thread sleeps in E. In the wait queue of E, thread B, which came last, is woken first.',
    zh: '监听套接字 S 的等待队列里有三项：普通的 epoll P，然后是按注册次序排列、带 EXCLUSIVE 的 E 和 F。一次唤醒先调用 P，再调用 E，因为有线程睡在 E 里，就此停下。在 E 自己的等待队列里，最后来的线程 B 最先被唤醒。',
  },
  {
    en: "Two queues, two orders: in the file's queue, exclusive entries are in the order of registration; in an epoll's, the last thread to fall asleep is the first to wake up.",
    zh: '两个队列，两种次序：在文件那里，带 EXCLUSIVE 的项按注册次序排列；在 epoll 这里，最后睡着的最先被唤醒。',
  },
  [
    word(2, 20, { en: 'wait queue of the listener S', zh: '监听套接字 S 的等待队列' }, title),
    ...entry(0, 30, 'epoll P', { en: 'ordinary', zh: '普通' }, true),
    ...entry(1, 30, 'epoll E', 'EXCLUSIVE', true),
    ...entry(2, 30, 'epoll F', 'EXCLUSIVE', false),
    arrow([44, 98, 140, 98], { tone: 'edge' }),
    line([144, 86, 144, 110], { tone: 'edge', widthPx: 3 }),
    word(156, 103, { en: 'one sleeps: stop', zh: '有线程在睡：停' }, { tone: 'edge' }),
    arrow([144, 118, 144, 152], { tone: 'soft' }),
    word(2, 172, { en: 'wait queue of epoll E', zh: 'epoll E 的等待队列' }, title),
    ...entry(0, 182, { en: 'thread B', zh: '线程 B' }, { en: 'came last', zh: '后来' }, true),
    ...entry(1, 182, { en: 'thread A', zh: '线程 A' }, { en: 'came first', zh: '先来' }, false),
    arrow([44, 264, 44, 236], { tone: 'edge' }),
    word(
      2,
      282,
      { en: 'woken: B, and one thread in P', zh: '被唤醒：B，以及 P 里的一个线程' },
      { tone: 'edge' },
    ),
    word(
      2,
      304,
      { en: 'A and those in F sleep on', zh: 'A 继续睡，等在 F 里的也继续睡' },
      { tone: 'soft' },
    ),
  ],
)

const description = picture(
  246,
  {
    en: 'Left, two descriptors: r, which is closed, and d. Both named the same open file description in the middle, the pipe. The registration on the right holds the description and the number of r, and stays as long as d names the description.',
    zh: '左边是两个描述符：已关闭的 r，以及 d。它们都指向中间的同一个打开文件描述，即管道。右边的注册记着这个打开文件描述和 r 的编号；只要 d 还指向它，注册就一直在。',
  },
  {
    en: 'The key of a registration is both: the open file description, and the number under which it was registered.',
    zh: '注册的键由两部分组成：打开文件描述，以及注册时所用的编号。',
  },
  [
    word(2, 20, { en: 'descriptors', zh: '文件描述符' }, title),
    box(2, 36, 70, 36, { tone: 'line', dashed: true }),
    word(37, 59, 'r = 21', { anchor: 'middle', mono: true, tone: 'soft' }),
    word(2, 90, { en: 'closed', zh: '已关闭' }, { tone: 'soft' }),
    box(2, 112, 70, 36),
    word(37, 135, 'd = 24', { anchor: 'middle', mono: true }),
    arrow([72, 56, 112, 90], { tone: 'line', dashed: true }),
    arrow([72, 130, 112, 112]),
    word(148, 54, { en: 'open file', zh: '打开文件' }, { tone: 'soft', anchor: 'middle' }),
    word(148, 70, { en: 'description', zh: '描述' }, { tone: 'soft', anchor: 'middle' }),
    box(115, 78, 66, 48, { tone: 'level', widthPx: 2 }),
    word(148, 107, { en: 'pipe', zh: '管道' }, { anchor: 'middle' }),
    word(286, 20, { en: 'interest list', zh: '关注列表' }, { bold: true, anchor: 'end' }),
    box(214, 66, 72, 72, { tone: 'edge' }),
    word(250, 89, { en: 'pipe', zh: '管道' }, { anchor: 'middle' }),
    word(250, 108, '+ 21', { anchor: 'middle', mono: true }),
    word(250, 127, 'IN', { anchor: 'middle', mono: true, tone: 'soft' }),
    arrow([214, 102, 185, 102], { tone: 'edge' }),
    line([2, 172, 286, 172], { tone: 'line' }),
    word(
      2,
      196,
      { en: 'DEL 21: EBADF, the number is not open', zh: 'DEL 21：EBADF，没有这个描述符' },
      small,
    ),
    word(
      2,
      216,
      { en: 'DEL 24: ENOENT, another number', zh: 'DEL 24：ENOENT，键里不是这个编号' },
      small,
    ),
    word(
      2,
      236,
      { en: 'a write: reported, as 21', zh: '写入：照样通知，编号仍是 21' },
      { ...small, tone: 'edge' },
    ),
  ],
)

/** The drawings of the pages, by name. */
export const drawings: Prose['drawings'] = { lists, callback, requeue, queues, description }
