import { course } from './course.ts'
import { depths } from './depths.ts'
import { drawings } from './drawings.ts'
import { inside } from './inside.ts'
import { myths } from './myths.ts'
import type { Page } from './prose.ts'
import { tutorial } from './tutorial.ts'

/** All that is read in the lab, apart from its experiments: the page has it as a file in each language. */
export const pages: readonly Page[] = [myths, inside, tutorial]
export { course, depths, drawings }
