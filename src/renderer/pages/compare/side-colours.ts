// The colours of the answers and of what two say alike; told apart with every common colour vision deficiency.
import type { SideName } from '../../state/route.ts'
import type { Colour } from '#core/view/mask-colours'

// After Okabe and Ito (2008): sky blue, vermilion, green and rose differ in lightness too.
export const sideColours: Readonly<Record<SideName, Colour>> = {
  a: [86, 180, 233],
  b: [240, 120, 40],
  c: [46, 196, 150],
  d: [221, 140, 190],
}
/** Agreement is grey and recedes. */
export const agreedColour: Colour = [214, 214, 210]
