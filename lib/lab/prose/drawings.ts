import { arrow, box, circle, line, type Part, picture, word } from './picture.ts'
import type { Prose } from './prose.ts'

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
function cell(x: number, y: number, name: string, isReady = true): readonly Part[] {
  return [
    box(x, y, 44, 28, { tone: isReady ? 'edge' : 'line', dashed: !isReady }),
    word(x + 22, y + 19, name, {
      anchor: 'middle',
      mono: true,
      tone: isReady ? 'edge' : 'soft',
    }),
  ]
}

const lists = picture(
  318,
  {
    en: 'An epoll in the kernel holds a tree of the registrations a, b, c, d and e, a ready list with d, a and c, and a queue of threads that sleep in epoll_wait.',
    zh: '内核里的一个 epoll 包含三样东西：由 a、b、c、d、e 五个注册组成的树，依次挂着 d、a、c 的就绪列表，以及睡在 epoll_wait 里的线程队列。',
  },
  {
    en: 'What `epoll_create1` makes. The tree tells what is watched; only the list tells what to look at.',
    zh: '`epoll_create1` 建立的东西。树记录监视了什么；等待时只看列表。',
  },
  [
    box(6, 6, 348, 306, { tone: 'line', radiusPx: 12 }),
    word(
      20,
      30,
      { en: 'interest list: a red-black tree', zh: '关注列表：一棵红黑树' },
      { bold: true },
    ),
    ...branch([180, 56], [104, 98]),
    ...branch([180, 56], [256, 98]),
    ...branch([104, 98], [66, 142]),
    ...branch([104, 98], [142, 142]),
    ...node(180, 56, 'c', true),
    ...node(104, 98, 'b', false),
    ...node(256, 98, 'e', false),
    ...node(66, 142, 'a', true),
    ...node(142, 142, 'd', true),
    line([20, 172, 340, 172], { tone: 'line' }),
    word(
      20,
      196,
      { en: 'ready list, in order of wake-up', zh: '就绪列表，按唤醒次序' },
      { bold: true },
    ),
    ...cell(20, 206, 'd'),
    arrow([64, 220, 90, 220], { tone: 'edge' }),
    ...cell(90, 206, 'a'),
    arrow([134, 220, 160, 220], { tone: 'edge' }),
    ...cell(160, 206, 'c'),
    line([20, 250, 340, 250], { tone: 'line' }),
    word(
      20,
      274,
      { en: 'wait queue: who sleeps in epoll_wait', zh: '等待队列：睡在 epoll_wait 里的线程' },
      { bold: true },
    ),
    word(
      20,
      297,
      { en: 'empty while the program is at work', zh: '程序忙着处理时，这里是空的' },
      { tone: 'soft' },
    ),
  ],
)

const steps: readonly { readonly en: string; readonly zh: string; readonly code?: string }[] = [
  { en: 'somebody writes', zh: '有人写入', code: 'write(w, …)' },
  { en: 'the pipe wakes its wait queue', zh: '管道唤醒自己的等待队列' },
  {
    en: "epoll's entry there is a function",
    zh: 'epoll 挂在那里的是一个函数',
    code: 'ep_poll_callback',
  },
  { en: 'does the mask ask for it? if not: done', zh: '掩码关注它吗？不关注就到此为止' },
  { en: 'put on the ready list, if not there', zh: '挂到就绪列表末尾，已在就不重复' },
  { en: 'wake one thread in epoll_wait', zh: '唤醒一个睡在 epoll_wait 里的线程' },
]

const callback = picture(
  374,
  {
    en: 'Six steps, one below the other: somebody writes; the pipe wakes its wait queue; the entry of epoll there is the function ep_poll_callback; if the mask does not ask for what happened, it is done; else it appends the registration to the ready list, unless it is there; it wakes one thread that sleeps in epoll_wait.',
    zh: '自上而下六步：有人写入；管道唤醒自己的等待队列；epoll 挂在那里的是函数 ep_poll_callback；掩码不关注就到此为止；否则把注册挂到就绪列表末尾，已在就不重复；唤醒一个睡在 epoll_wait 里的线程。',
  },
  {
    en: 'All of it happens in the call of the one who writes. Nobody has looked at the other descriptors.',
    zh: '这些都发生在写入者的那次调用里。没有人去看别的描述符。',
  },
  steps.flatMap(({ code, ...text }, i): readonly Part[] => {
    const y = 8 + i * 60
    const isMine = i >= 2
    return [
      box(20, y, 320, 44, { tone: isMine ? 'edge' : 'soft' }),
      word(34, y + (code === undefined ? 27 : 19), text),
      ...(code === undefined
        ? []
        : [word(34, y + 36, code, { mono: true, tone: 'soft', sizePx: 12 })]),
      ...(i === 0 ? [] : [arrow([180, y - 16, 180, y], { tone: 'soft' })]),
    ]
  }),
)

function half(x: number, title: string, isLevel: boolean): readonly Part[] {
  const middle = x + 84
  const tone = isLevel ? 'level' : 'edge'
  const say = (y: number, en: string, zh: string): Part =>
    word(middle, y, { en, zh }, { anchor: 'middle', tone: 'soft' })
  const listAt = (y: number, isThere: boolean): readonly Part[] => [
    box(x + 14, y, 140, 40, { tone: 'line' }),
    ...(isThere
      ? [
          box(middle - 22, y + 6, 44, 28, { tone }),
          word(middle, y + 25, 'r', { anchor: 'middle', mono: true, tone }),
        ]
      : []),
  ]
  const report = (y: number, text: string): Part =>
    word(middle, y, text, {
      anchor: 'middle',
      mono: true,
      bold: true,
      tone: text === 'r:IN' ? tone : 'soft',
    })
  return [
    word(middle, 24, title, { anchor: 'middle', bold: true, tone }),
    say(48, 'ready list', '就绪列表'),
    ...listAt(56, true),
    arrow([middle, 96, middle, 122], { tone: 'soft' }),
    say(138, 'wait: r is asked', '等待：询问 r'),
    report(160, 'r:IN'),
    arrow([middle, 168, middle, 192], { tone: 'soft' }),
    isLevel ? say(208, 'appended again', '挂回末尾') : say(208, 'taken off', '就此取下'),
    ...listAt(216, isLevel),
    arrow([middle, 256, middle, 282], { tone: 'soft' }),
    isLevel
      ? say(298, 'wait: asked again', '再等待：再次询问')
      : say(298, 'wait: nobody to ask', '再等待：无人可问'),
    report(320, isLevel ? 'r:IN' : 'nothing'),
  ]
}

const requeue = picture(
  332,
  {
    en: 'Left, level-triggered: r is on the ready list, the wait asks it and reports r:IN, and appends it to the list again; the next wait asks once more and reports r:IN. Right, edge-triggered: after the report r is taken off, and the next wait reports nothing.',
    zh: '左边是水平触发：r 在就绪列表上，等待时询问它并报告 r:IN，然后把它挂回列表末尾；下一次等待再次询问，再报告 r:IN。右边是边缘触发：报告之后 r 就从列表取下，下一次等待什么也不报告。',
  },
  {
    en: 'The whole difference: whether a registration goes back on the list after its report.',
    zh: '全部区别只有一处：报告之后，是否把注册放回列表。',
  },
  [...half(6, 'LT', true), line([180, 12, 180, 320], { tone: 'line' }), ...half(186, 'ET', false)],
)

const queues = picture(
  326,
  {
    en: 'The wait queue of the listener S has three entries: epoll P, not exclusive, then the exclusive E and F, in the order of their registration. A wake-up calls P, then E, and stops there, as a thread sleeps in E. In the wait queue of E, thread B, which came last, is woken first.',
    zh: '监听套接字 S 的等待队列里有三项：普通的 epoll P，然后是按注册次序排列、带 EXCLUSIVE 的 E 和 F。一次唤醒先调用 P，再调用 E，因为有线程睡在 E 里，就此停下。在 E 自己的等待队列里，最后来的线程 B 最先被唤醒。',
  },
  {
    en: 'Two queues, two orders: at the file, exclusive entries stand in the order of registration; in an epoll, the last one to fall asleep is the first to be woken.',
    zh: '两个队列，两种次序：在文件那里，带 EXCLUSIVE 的项按注册次序排列；在 epoll 这里，最后睡着的最先被唤醒。',
  },
  [
    word(
      12,
      22,
      { en: 'wait queue of the listener S', zh: '监听套接字 S 的等待队列' },
      { bold: true },
    ),
    ...['P', 'E', 'F'].flatMap((name, i): readonly Part[] => [
      box(12 + i * 116, 34, 104, 52, { tone: i === 2 ? 'line' : 'edge', dashed: i === 2 }),
      word(64 + i * 116, 56, `epoll ${name}`, {
        anchor: 'middle',
        mono: true,
        tone: i === 2 ? 'soft' : 'ink',
      }),
      word(64 + i * 116, 75, i === 0 ? { en: 'ordinary', zh: '普通' } : 'EXCLUSIVE', {
        anchor: 'middle',
        tone: 'soft',
        sizePx: 12,
      }),
    ]),
    arrow([64, 104, 176, 104], { tone: 'edge' }),
    line([180, 92, 180, 116], { tone: 'edge', widthPx: 3 }),
    word(192, 109, { en: 'one sleeps: stop', zh: '有人在睡：停' }, { tone: 'edge' }),
    arrow([180, 122, 180, 158], { tone: 'soft' }),
    word(12, 178, { en: 'wait queue of epoll E', zh: 'epoll E 的等待队列' }, { bold: true }),
    ...['B', 'A'].flatMap((name, i): readonly Part[] => [
      box(12 + i * 116, 190, 104, 52, { tone: i === 0 ? 'edge' : 'line', dashed: i === 1 }),
      word(
        64 + i * 116,
        212,
        { en: `thread ${name}`, zh: `线程 ${name}` },
        { anchor: 'middle', tone: i === 0 ? 'ink' : 'soft' },
      ),
      word(
        64 + i * 116,
        231,
        i === 0 ? { en: 'came last', zh: '后来' } : { en: 'came first', zh: '先来' },
        { anchor: 'middle', tone: 'soft', sizePx: 12 },
      ),
    ]),
    arrow([64, 272, 64, 246], { tone: 'edge' }),
    word(
      12,
      290,
      { en: 'woken: B, and one thread in P', zh: '被唤醒：B，以及 P 里的一个线程' },
      { tone: 'edge' },
    ),
    word(
      12,
      312,
      { en: 'A sleeps on, and so does who waits in F', zh: 'A 继续睡，等在 F 里的也继续睡' },
      { tone: 'soft' },
    ),
  ],
)

const description = picture(
  254,
  {
    en: 'Left, two descriptors: r, which is closed, and d. Both named the same open file description in the middle, the pipe. The registration on the right holds the description and the number of r, and stays as long as d names the description.',
    zh: '左边是两个描述符：已关闭的 r，以及 d。它们都指向中间的同一个打开文件描述，即管道。右边的注册记着这个打开文件描述和 r 的编号；只要 d 还指向它，注册就一直在。',
  },
  {
    en: 'The key of a registration is both: the open file description, and the number under which it was registered.',
    zh: '注册的键由两部分组成：打开文件描述，以及注册时所用的编号。',
  },
  [
    word(12, 22, { en: 'descriptors', zh: '文件描述符' }, { bold: true }),
    box(12, 40, 78, 40, { tone: 'line', dashed: true }),
    word(51, 65, 'r = 21', { anchor: 'middle', mono: true, tone: 'soft' }),
    word(12, 98, { en: 'closed', zh: '已关闭' }, { tone: 'soft' }),
    box(12, 118, 78, 40),
    word(51, 143, 'd = 24', { anchor: 'middle', mono: true }),
    arrow([90, 60, 158, 96], { tone: 'line', dashed: true }),
    arrow([90, 138, 158, 116]),
    word(199, 56, { en: 'open file', zh: '打开文件' }, { tone: 'soft', anchor: 'middle' }),
    box(160, 80, 78, 52, { tone: 'level', widthPx: 2 }),
    word(199, 111, { en: 'the pipe', zh: '管道' }, { anchor: 'middle' }),
    word(199, 72, { en: 'description', zh: '描述' }, { tone: 'soft', anchor: 'middle' }),
    word(348, 22, { en: 'interest list', zh: '关注列表' }, { bold: true, anchor: 'end' }),
    box(272, 72, 76, 68, { tone: 'edge' }),
    word(310, 94, { en: 'the pipe', zh: '管道' }, { anchor: 'middle' }),
    word(310, 113, '+ 21', { anchor: 'middle', mono: true }),
    word(310, 131, 'IN', { anchor: 'middle', mono: true, tone: 'soft' }),
    arrow([272, 106, 242, 106], { tone: 'edge' }),
    line([12, 180, 348, 180], { tone: 'line' }),
    word(
      12,
      204,
      {
        en: 'DEL 21: EBADF, nobody has this number',
        zh: 'DEL 21：EBADF，这个编号不指向任何文件',
      },
      { sizePx: 12 },
    ),
    word(
      12,
      226,
      {
        en: 'DEL 24: ENOENT, not the number of the key',
        zh: 'DEL 24：ENOENT，键里的编号不是它',
      },
      { sizePx: 12 },
    ),
    word(
      12,
      246,
      { en: 'a write: reported, as 21', zh: '写入：照样报告，编号仍是 21' },
      { sizePx: 12, tone: 'edge' },
    ),
  ],
)

/** The drawings of the pages, by name. */
export const drawings: Prose['drawings'] = { lists, callback, requeue, queues, description }
