import { ownCommand } from '../../sys/index.ts'
import type { Language } from '../terminal/language.ts'

const example = "'pipe r w; ep E; add E r IN|ET; write w 5; wait E'"

/** The terminal's texts in English, except those of the scenarios. */
const en = {
  course: (count: number): string =>
    `${count === 1 ? 'One experiment' : `${count} experiments`}. Predict each answer; then your kernel gives it.`,
  belief: 'People say:',
  asking: 'asking the kernel ...',
  right: (outcome: string): string => `Right: ${outcome}.`,
  surprise: (predicted: string, outcome: string): string =>
    `Surprise. You predicted ${predicted}; the kernel says ${outcome}.`,
  shown: (outcome: string): string => `The kernel says ${outcome}.`,
  otherwise: (expected: string): string => `(expected ${expected})`,
  otherKernels: 'Other kernels:',
  rule: 'The rule:',
  fix: 'The fix:',
  more: 'Further reading:',
  readings: (kernel: string, pid: number): string =>
    `The state after that, read from Linux ${kernel}, process ${pid}:`,
  columns: {
    name: 'name',
    fd: 'fd',
    kind: 'kind',
    level: 'level',
    edges: 'wake-ups',
    queued: 'to read',
    unsent: 'unsent',
  },
  /** The names of descriptor kinds, if they differ from the English ones. */
  kinds: {} as Readonly<Record<string, string>>,
  none: 'none',
  edges: 'Wake-ups: since the previous wait.',
  unreadable: '-: not readable.',
  premise:
    'Wake-ups, interest lists and ready lists follow after the last answer: they would give it away.',
  epoll: (name: string, fd: number, watches: string): string =>
    `${name} (fd ${fd}) watches ${watches === '' ? 'nothing' : watches}`,
  ready: (isReady: boolean | null): string =>
    isReady === null ? '' : `; its ready list ${isReady ? 'has entries' : 'is empty'}`,
  /** Why no state was read, for experiments that give no reason themselves. */
  unread: (note = 'not read'): string => `State ${note}.`,
  trouble: (message: string): string => `The kernel did not answer: ${message}.`,
  keys: {
    show: 'Enter skip',
    next: 'Enter next',
    back: 'b back',
    again: 'r restart',
    fix: 'm the fix',
    unfix: 'm the bug',
    help: 'h help',
    language: 'l 中文',
    quit: 'q quit',
  },
  predict: (choices: number): string => `1-${choices} predict`,
  /** The heading of the explanations. */
  help: 'Each line is an operation and its result. The operations here:',
  done: (count: number): string =>
    count === 1
      ? 'That was the last one. You now have a rule to check code against:'
      : `That was the last one. You now have ${count} rules to check code against, those that surprised you first:`,
  surprising: (predicted: string, outcome: string): string =>
    `You predicted ${predicted}; the kernel said ${outcome}.`,
  end: (all: number): readonly string[] => [
    `${ownCommand()} lab list shows all ${all} experiments, and ${ownCommand()} lab run ID runs one of them.`,
    'To run your own operations:',
    `  ${ownCommand()} lab run --ops ${example}`,
  ],
  howTo: (all: number): readonly string[] => [
    `In a terminal, ${ownCommand()} lab asks for your prediction before it shows an answer.`,
    `${ownCommand()} lab run ID runs one experiment, ${ownCommand()} lab list shows all ${all}. To run your own operations:`,
    `  ${ownCommand()} lab run --ops ${example}`,
  ],
  chapter: (number: number, title: string): string => `Chapter ${number}: ${title}`,
  inCourse: '(course)',
  difference: (op: string, came: string, expected: string): string =>
    `${op} -> ${came}, expected ${expected}`,
  same: (kernel: string, runs: number): string =>
    `Linux ${kernel}: all ${runs} transcripts match the reference`,
  differ: (kernel: string, runs: number, differing: number): string =>
    `Linux ${kernel}: ${differing} of ${runs} transcripts differ from the reference`,
}

export type Words = typeof en
export type Column = keyof Words['columns']
export type Key = keyof Words['keys'] | 'predict'

const zh: Words = {
  course: count => `共 ${count} 个实验。每一步先由你预测，再由你的内核给出答案。`,
  belief: '常见的说法：',
  asking: '内核正在运行……',
  right: outcome => `答对了：${outcome}。`,
  surprise: (predicted, outcome) => `意外。你预测 ${predicted}，内核的回答是 ${outcome}。`,
  shown: outcome => `内核的回答是 ${outcome}。`,
  otherwise: expected => `（预期 ${expected}）`,
  otherKernels: '其他内核：',
  rule: '规律：',
  fix: '改正后的写法：',
  more: '延伸阅读：',
  readings: (kernel, pid) => `这一步之后的状态，读自 Linux ${kernel}，进程 ${pid}：`,
  columns: {
    name: '名字',
    fd: 'fd',
    kind: '类型',
    level: '电平',
    edges: '唤醒',
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
  edges: '唤醒：自上一次等待以来。',
  unreadable: '-：读不到。',
  premise: '唤醒、关注列表和就绪列表会泄露答案，回答完最后一题才显示。',
  epoll: (name, fd, watches) =>
    watches === '' ? `${name}（fd ${fd}）的关注列表为空` : `${name}（fd ${fd}）关注 ${watches}`,
  ready: isReady => (isReady === null ? '' : `；就绪列表${isReady ? '非空' : '为空'}`),
  unread: () => '这一步没有状态读数：要么读取会影响实验，要么无法重放。',
  trouble: message => `内核没有回答：${message}`,
  keys: {
    show: '回车 跳过',
    next: '回车 继续',
    back: 'b 后退',
    again: 'r 重来',
    fix: 'm 改正',
    unfix: 'm 改正前',
    help: 'h 帮助',
    language: 'l English',
    quit: 'q 退出',
  },
  predict: choices => `1-${choices} 预测`,
  help: '每行是一个操作和它的结果。这里用到的操作：',
  done: count =>
    count === 1
      ? '实验到此结束。现在你有一条规律可以用来检查代码：'
      : `实验到此结束。现在你有 ${count} 条规律可以用来检查代码，出乎你意料的在前：`,
  surprising: (predicted, outcome) => `你预测 ${predicted}，内核的回答是 ${outcome}。`,
  end: all => [
    `${ownCommand()} lab list 列出全部 ${all} 个实验，${ownCommand()} lab run ID 运行其中一个。`,
    '运行你自己写的操作：',
    `  ${ownCommand()} lab run --ops ${example}`,
  ],
  howTo: all => [
    `在终端里运行 ${ownCommand()} lab，每一步会先请你预测，再给出答案。`,
    `${ownCommand()} lab run ID 运行一个实验，${ownCommand()} lab list 列出全部 ${all} 个；运行你自己写的操作：`,
    `  ${ownCommand()} lab run --ops ${example}`,
  ],
  chapter: (number, title) => `第 ${number} 章：${title}`,
  inCourse: '（入门课程）',
  difference: (op, came, expected) => `${op} -> ${came}，应为 ${expected}`,
  same: (kernel, runs) => `Linux ${kernel}：${runs} 份记录全部与参考一致`,
  differ: (kernel, runs, differing) =>
    `Linux ${kernel}：${runs} 份记录中有 ${differing} 份与参考不同`,
}

export const words: Readonly<Record<Language, Words>> = { en, zh }
