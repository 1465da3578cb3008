import type { Text } from './scenario.ts'

/** The numbers of the twelve experiments of the course, in order. */
export const course: readonly number[] = [1, 2, 5, 6, 11, 13, 15, 21, 28, 34, 41, 56]

/** The subject of each chapter. */
export const chapters: readonly Text[] = [
  { en: 'What the two triggers are', zh: '两种触发是什么' },
  { en: 'Reading right', zh: '正确地读' },
  { en: 'Accepting', zh: '接受连接' },
  { en: 'Writing', zh: '写' },
  { en: 'Endings', zh: '结束' },
  { en: 'Descriptors and descriptions', zh: '描述符与打开文件描述' },
  { en: 'What can be watched', zh: '什么可以被监视' },
  { en: 'Threads and time', zh: '线程与时间' },
]
