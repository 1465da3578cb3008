/** The operations of the warm-up before the course. The last one is asked, and the experiments do not ask it. */
export const warmUp = `
pipe r w
ep L
add L r IN
write w 5 -> 5
wait L ? -> r:IN
`
