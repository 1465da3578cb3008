import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 38,
  id: 'mask-zero',
  chapter: 5,
  title: {
    en: 'A mask of 0 asks for nothing. Does nothing come?',
    zh: '掩码为 0，什么都没关注。就什么都不会来吗？',
  },
  belief: {
    en: 'ERR and HUP come only if the mask asks for them; with a mask of 0 a registration is silent.',
    zh: '只有掩码里写了 ERR 和 HUP 才会报告；掩码为 0 的注册不会出声。',
  },
  transcript: `
tcp c s
ep L; add L s 0
send c 5 -> 5
wait L -> nothing
rst c
wait L ? -> s:ERR|HUP
spin L 20 ? -> >100
`,
  questions: [
    {
      text: {
        en: 'The mask is 0, and the client has reset the connection. What does the wait return?',
        zh: '掩码为 0，客户端复位了连接。等待返回什么？',
      },
      choices: ['nothing', 's:IN', 's:ERR|HUP', 's:IN|ERR|HUP'],
    },
    {
      text: {
        en: 'A loop that takes no notice of it waits again and again for 20 ms. How often does it wake?',
        zh: '循环不理会它，继续等待 20 毫秒。会醒来多少次？',
      },
      choices: ['0', '1', '>100'],
    },
  ],
  rule: {
    en: 'ERR and HUP are reported whether asked for or not: a mask of 0 pauses a peer that lives, and spins with one that is dead.',
    zh: 'ERR 和 HUP 不管关不关注都会报告：掩码为 0 可以暂停活着的对端，遇到已断开的对端就会空转。',
  },
  fix: {
    text: {
      en: 'Handle ERR and HUP in every event: take the error, unregister, close.',
      zh: '每个事件都要处理 ERR 和 HUP：取出错误，注销，关闭。',
    },
    transcript: `
tcp c s
ep L; add L s 0
rst c
wait L -> s:ERR|HUP
error s -> ECONNRESET
del L s -> ok
close s
wait L -> nothing
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLLERR and EPOLLHUP',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'tunneldigger #148: a tight loop when a descriptor has an error',
      url: 'https://github.com/wlanslovenija/tunneldigger/pull/148',
    },
  ],
}
