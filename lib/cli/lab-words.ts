import type { Language } from './language.ts'

/** What the lab says in a terminal, but for what its scenarios say themselves. */
export interface Words {
  readonly course: string
  readonly belief: string
  readonly asking: string
  readonly skip: string
  readonly predicted: (choice: string) => string
  readonly asPredicted: string
  readonly otherwise: (expected: string) => string
  readonly rule: string
  readonly mend: string
  readonly more: string
  readonly readings: string
  readonly columns: readonly string[]
  readonly ready: (isReady: boolean | null) => string
  readonly keys: Readonly<Record<Key, string>>
  readonly end: (all: number) => readonly string[]
  readonly howTo: (all: number) => readonly string[]
}

export type Key =
  | 'predict'
  | 'show'
  | 'next'
  | 'back'
  | 'again'
  | 'mend'
  | 'unmend'
  | 'language'
  | 'quit'

const en: Words = {
  course: 'The course: 12 experiments. You predict, then the kernel answers.',
  belief: 'What people believe:',
  asking: 'the kernel is being asked ...',
  skip: 'Enter shows the answer without a prediction.',
  predicted: choice => `you predicted ${choice}`,
  asPredicted: 'as you predicted',
  otherwise: expected => `this kernel's own answer: the scenario expects ${expected}`,
  rule: 'The rule:',
  mend: 'Done right:',
  more: 'Read on:',
  readings: 'What the kernel says after that step (- is not readable here):',
  columns: ['name', 'fd', 'kind', 'level', 'edges', 'queued', 'unsent'],
  ready: isReady =>
    isReady === null ? 'ready list -' : `ready list ${isReady ? 'has entries' : 'is empty'}`,
  keys: {
    predict: 'predict',
    show: 'Enter show',
    next: 'Enter next',
    back: 'b back',
    again: 'r again',
    mend: 'm mend',
    unmend: 'm experiment',
    language: 'l 中文',
    quit: 'q quit',
  },
  end: all => [
    'That was the course.',
    '',
    `epollet lab list shows all ${all} experiments, epollet lab run ID runs one of them,`,
    "and epollet lab run --ops 'pipe r w; ep E; add E r IN|ET; write w 5; wait E' one of your own.",
  ],
  howTo: all => [
    'In a terminal, epollet lab asks for your prediction before it shows the answer.',
    'epollet lab run ID         runs one here, as does a number',
    `epollet lab list           shows all ${all}`,
    "epollet lab run --ops '...' runs operations of your own",
  ],
}

const zh: Words = {
  course: '入门课程：12 个实验。先由你预测，再由内核回答。',
  belief: '常见的说法：',
  asking: '正在询问内核……',
  skip: '直接按回车可以不作预测，先看答案。',
  predicted: choice => `你的预测是 ${choice}`,
  asPredicted: '与你的预测一致',
  otherwise: expected => `这是本机内核自己的回答：实验文件里写的是 ${expected}`,
  rule: '规律：',
  mend: '正确的做法：',
  more: '延伸阅读：',
  readings: '这一步之后内核给出的读数（- 表示此处读不到）：',
  columns: ['名字', 'fd', '类型', '电平', '边缘', '待读', '未发'],
  ready: isReady => (isReady === null ? '就绪列表 -' : `就绪列表${isReady ? '非空' : '为空'}`),
  keys: {
    predict: '预测',
    show: '回车 看答案',
    next: '回车 继续',
    back: 'b 后退',
    again: 'r 重来',
    mend: 'm 改对它',
    unmend: 'm 回到实验',
    language: 'l English',
    quit: 'q 退出',
  },
  end: all => [
    '课程到此结束。',
    '',
    `epollet lab list 列出全部 ${all} 个实验，epollet lab run ID 运行其中一个；`,
    "epollet lab run --ops 'pipe r w; ep E; add E r IN|ET; write w 5; wait E' 运行你自己写的操作。",
  ],
  howTo: all => [
    '在终端里运行 epollet lab，会先问你的预测，再给出答案。',
    'epollet lab run ID          在这里运行一个实验，也可以写编号',
    `epollet lab list            列出全部 ${all} 个实验`,
    "epollet lab run --ops '...' 运行你自己写的操作",
  ],
}

export const words: Readonly<Record<Language, Words>> = { en, zh }
