// The texts of the warm-up in both languages.
import type { Text } from '../../../scenario.ts'

/** A sentence for each operation of the warm-up; the last one is the question. */
export const steps: readonly Text[] = [
  {
    en: 'A pipe. What goes in at w comes out at r. Imagine a client at w and your server at r.',
    zh: '一条管道：从 w 写进去的，从 r 读出来。可以把 w 想成客户端，把 r 想成你的服务器。',
  },
  {
    en: 'A new epoll, called L. It watches things for you.',
    zh: '一个新的 epoll，叫 L。它替你盯着别的描述符。',
  },
  {
    en: 'Tell L to watch r. IN means “there is data to read”.',
    zh: '让 L 关注 r。IN 的意思是“有数据可读”。',
  },
  {
    en: 'The client sends: 5 bytes go in at w. They now wait at r.',
    zh: '客户端发来数据：从 w 写入 5 字节，它们在 r 等着被读走。',
  },
  {
    en: 'Your program asks L: “Anything new?” What does L say?',
    zh: '你的程序问 L：“有什么事吗？”L 会怎么回答？',
  },
]

export const texts = {
  en: {
    title: 'Warm-up: epoll in one minute',
    lead: 'Four steps and one easy question. Each line is a real operation that the kernel runs.',
    boxes: { client: 'client', pipe: 'pipe', epoll: 'epoll', program: 'your program' },
    waiting: (bytes: number): string => `${bytes} bytes waiting`,
    watches: 'watches r',
    asks: 'asks L',
    knows: 'knows: r has data',
    place: (step: number, all: number): string => `${step} of ${all}`,
    right: 'Right:',
    surprise: 'The kernel says',
    because:
      'r has data to read. Your program did not look at r at all: it asked L once, and L named r. With 10,000 connections it is still one question.',
    goOn: 'Now the part that surprises people.',
    first: 'Experiment 1',
    skip: 'Skip the warm-up',
  },
  zh: {
    title: '热身：一分钟认识 epoll',
    lead: '四步操作，一个简单的问题。每一行都是内核真正执行的操作。',
    boxes: { client: '客户端', pipe: '管道', epoll: 'epoll', program: '你的程序' },
    waiting: (bytes: number): string => `${bytes} 字节待读`,
    watches: '关注 r',
    asks: '问 L',
    knows: '知道了：r 可读',
    place: (step: number, all: number): string => `第 ${step} 步，共 ${all} 步`,
    right: '答对了：',
    surprise: '内核回答',
    because:
      'r 有数据可读。你的程序根本没有去看 r，只问了 L 一次，L 就说出了 r。就算有一万个连接，也还是只问一次。',
    goOn: '接下来才是让人意外的部分。',
    first: '实验 1',
    skip: '跳过热身',
  },
}
