// The colours of A, of B and of what both say; told apart with every common colour vision deficiency.
import type { Colour } from '../../ui/palette.ts'

// After Okabe and Ito (2008): sky blue and vermilion differ in lightness too; agreement is grey and recedes.
export const sideColours: { readonly a: Colour; readonly b: Colour; readonly both: Colour } = {
  a: [86, 180, 233],
  b: [240, 120, 40],
  both: [214, 214, 210],
}
