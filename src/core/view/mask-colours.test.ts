// Colours of masks are stable, far apart and visible.
import { expect, it } from 'vitest'
import { idInLevel } from '../segment/frame-masks.ts'
import { type Colour, colourOfMask, colourOfShare, hexFromColour, type RampName, stopsOfRamp } from './mask-colours.ts'

const distance = (a: Colour, b: Colour) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

it('a mask keeps its colour in every release: a report or a picture made earlier still matches', () => {
  expect(hexFromColour(colourOfMask(idInLevel(2, 1), 'vivid'))).toBe('#1ac0ff')
  expect(hexFromColour(colourOfMask(idInLevel(4, 87), 'safe'))).toBe('#e69f00')
})

it('neighbouring numbers of a level differ clearly, in both palettes', () => {
  for (const palette of ['vivid', 'safe'] as const)
    for (let number = 1; number < 200; number += 1)
      expect(
        distance(colourOfMask(idInLevel(4, number), palette), colourOfMask(idInLevel(4, number + 1), palette)),
        `${palette} ${number}`,
      ).toBeGreaterThan(45)
})

it('a share outside 0..1, or none at all, still has a colour of the ramp', () => {
  expect(colourOfShare(-3)).toEqual(colourOfShare(0))
  expect(colourOfShare(7)).toEqual(colourOfShare(1))
  expect(colourOfShare(Number.NaN)).toEqual(colourOfShare(0))
})

it('every sequential palette grows lighter with the value, so that it reads without colour too', () => {
  const linear = (channel: number) => (channel / 255) ** 2.2
  const lightness = ([red, green, blue]: Colour) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  for (const ramp of ['viridis', 'cividis', 'magma', 'grey'] satisfies RampName[]) {
    const steps = stopsOfRamp(ramp).map(lightness)
    expect(steps.length, ramp).toBe(9)
    for (let i = 1; i < steps.length; i += 1) expect(steps[i], `${ramp} ${i}`).toBeGreaterThan(steps[i - 1]!)
  }
})
