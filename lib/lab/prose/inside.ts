import { life } from './inside-life.ts'
import { others } from './inside-others.ts'
import type { Page } from './prose.ts'

/** How epoll works inside, each piece with an experiment that shows it. */
export const inside: Page = {
  id: 'inside',
  title: { en: 'How epoll works inside', zh: 'epoll 的内部' },
  lead: {
    en: 'A tree, a list, a queue and one function that is called at the right moment: that is epoll. Each piece here has an experiment beside it, so that you need not believe the drawings.',
    zh: '一棵树，一个列表，一个队列，再加一个在恰当时刻被调用的函数：这就是 epoll。这里的每一部分都配有实验，不必只凭图来相信。',
  },
  sections: [...life, ...others],
}
