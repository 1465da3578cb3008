import { mythSection } from './myth.ts'
import { myths as masks } from './myths-masks.ts'
import { myths as registrations } from './myths-registrations.ts'
import { myths as triggers } from './myths-triggers.ts'
import type { Page } from './prose.ts'

/** Sentences about epoll that are said often and are false, each with the operations that refute it. */
export const myths: Page = {
  id: 'myths',
  title: { en: 'Twenty myths about epoll', zh: '关于 epoll 的二十个误解' },
  lead: {
    en: 'Each of these sentences stands on public pages or in code, and each sounds right. Below it are a few operations. Run them, and let the kernel say what is so.',
    zh: '下面每句话都能在公开的网页或代码里找到，听起来也都有道理。每句话下面有几步操作：运行它们，让内核来说是不是这样。',
  },
  sections: [...triggers, ...masks, ...registrations].map(mythSection),
}
