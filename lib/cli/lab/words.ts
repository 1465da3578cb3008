import { ownCommand } from '../../sys/index.ts'
import type { Language } from '../terminal/language.ts'

const example = "'pipe r w; ep E; add E r IN|ET; write w 5; wait E'"

/** The terminal's texts in English, except those of the scenarios. */
const en = {
  course: (count: number): string =>
    `${count === 1 ? 'One experiment' : `${count} experiments`}. You predict, then the kernel answers.`,
  belief: 'What people believe:',
  asking: 'asking the kernel ...',
  predicted: (choice: string): string => `You predicted: ${choice}`,
  asPredicted: 'As you predicted.',
  otherwise: (expected: string): string => `(the experiment expects ${expected})`,
  otherKernels: (range: string): string => `Linux ${range}:`,
  rule: 'The rule:',
  fix: 'Done right:',
  more: 'Read on:',
  readings: (kernel: string, pid: number): string =>
    `After that, read from kernel ${kernel} in process ${pid}:`,
  columns: {
    name: 'name',
    fd: 'fd',
    kind: 'kind',
    level: 'level',
    edges: 'edges',
    queued: 'to read',
    unsent: 'unsent',
  },
  /** The names of descriptor kinds, if they differ from the English ones. */
  kinds: {} as Readonly<Record<string, string>>,
  none: 'none',
  edges: 'edges: since the wait before.',
  unreadable: '-: cannot be read here.',
  epoll: (name: string, fd: number, watches: string): string =>
    `${name} (fd ${fd}) watches ${watches === '' ? 'nothing' : watches}`,
  ready: (isReady: boolean | null): string =>
    isReady === null ? '' : `; its ready list ${isReady ? 'has entries' : 'is empty'}`,
  /** Why no state was read, for experiments that give no reason themselves. */
  unread: (note = 'not read'): string => `State ${note}.`,
  trouble: (message: string): string => `The kernel has not answered: ${message}.`,
  keys: {
    show: 'Enter show',
    next: 'Enter next',
    back: 'b back',
    again: 'r again',
    fix: 'm done right',
    unfix: 'm as before',
    help: 'h words',
    language: 'l 中文',
    quit: 'q quit',
  },
  predict: (choices: number): string => `1-${choices} predict`,
  /** The heading of the explanations. */
  help: 'Each line is an operation, and what it came to. Here there are:',
  end: (all: number): readonly string[] => [
    'That was the last one.',
    '',
    `${ownCommand()} lab list shows all ${all} experiments, and ${ownCommand()} lab run ID runs one of them.`,
    'Operations of your own:',
    `  ${ownCommand()} lab run --ops ${example}`,
  ],
  howTo: (all: number): readonly string[] => [
    `In a terminal, ${ownCommand()} lab asks for your prediction before it shows an answer.`,
    `${ownCommand()} lab run ID runs one experiment, ${ownCommand()} lab list shows all ${all}; of your own:`,
    `  ${ownCommand()} lab run --ops ${example}`,
  ],
  chapter: (number: number, title: string): string => `Chapter ${number}: ${title}`,
  inCourse: '(in the course)',
  difference: (op: string, came: string, expected: string): string =>
    `${op} -> ${came}, expected ${expected}`,
  same: (kernel: string, runs: number): string =>
    `kernel ${kernel}: all ${runs} transcripts came as the reference has them`,
  differ: (kernel: string, runs: number, differing: number): string =>
    `kernel ${kernel}: ${differing} of ${runs} transcripts came otherwise`,
}

export type Words = typeof en
export type Column = keyof Words['columns']
export type Key = keyof Words['keys'] | 'predict'

const zh: Words = {
  course: count => `共 ${count} 个实验。先由你预测，再由内核回答。`,
  belief: '常见的说法：',
  asking: '正在询问内核……',
  predicted: choice => `你的预测：${choice}`,
  asPredicted: '与你的预测一致。',
  otherwise: expected => `（实验预期 ${expected}）`,
  otherKernels: range => `Linux ${range.replace(/ to /, ' 至 ')}：`,
  rule: '规律：',
  fix: '正确的做法：',
  more: '延伸阅读：',
  readings: (kernel, pid) => `此时从内核 ${kernel}（进程 ${pid}）读到：`,
  columns: {
    name: '名字',
    fd: 'fd',
    kind: '类型',
    level: '电平',
    edges: '边缘',
    queued: '待读',
    unsent: '未发',
  },
  kinds: {
    'pipe reader': '管道读端',
    'pipe writer': '管道写端',
    socket: '套接字',
    listener: '监听套接字',
    file: '文件',
  },
  none: '无',
  edges: '边缘：自上一次等待以来。',
  unreadable: '-：此处读不到。',
  epoll: (name, fd, watches) =>
    watches === '' ? `${name}（fd ${fd}）的关注列表为空` : `${name}（fd ${fd}）关注 ${watches}`,
  ready: isReady => (isReady === null ? '' : `；就绪列表${isReady ? '非空' : '为空'}`),
  unread: () => '这一步没有状态读数：要么读取会影响实验，要么无法重放。',
  trouble: message => `内核没有给出回答：${message}`,
  keys: {
    show: '回车 看答案',
    next: '回车 继续',
    back: 'b 后退',
    again: 'r 重来',
    fix: 'm 正确做法',
    unfix: 'm 回到实验',
    help: 'h 说明',
    language: 'l English',
    quit: 'q 退出',
  },
  predict: choices => `1-${choices} 预测`,
  help: '每行是一个操作和它的结果。这里用到的有：',
  end: all => [
    '实验到此结束。',
    '',
    `${ownCommand()} lab list 列出全部 ${all} 个实验，${ownCommand()} lab run ID 运行其中一个。`,
    '运行你自己写的操作：',
    `  ${ownCommand()} lab run --ops ${example}`,
  ],
  howTo: all => [
    `在终端里运行 ${ownCommand()} lab，会先问你的预测，再给出答案。`,
    `${ownCommand()} lab run ID 运行一个实验，${ownCommand()} lab list 列出全部 ${all} 个；运行你自己写的操作：`,
    `  ${ownCommand()} lab run --ops ${example}`,
  ],
  chapter: (number, title) => `第 ${number} 章：${title}`,
  inCourse: '（入门课程）',
  difference: (op, came, expected) => `${op} -> ${came}，应为 ${expected}`,
  same: (kernel, runs) => `内核 ${kernel}：${runs} 份记录全部与参考一致`,
  differ: (kernel, runs, differing) =>
    `内核 ${kernel}：${runs} 份记录中有 ${differing} 份与参考不同`,
}

export const words: Readonly<Record<Language, Words>> = { en, zh }
