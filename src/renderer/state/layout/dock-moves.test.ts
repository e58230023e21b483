// Arrangements: whatever is moved, no panel is lost or doubled, and every layout can be drawn without gaps.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { builtInLayouts, usualArrangement } from './built-in-layouts.ts'
import { brought, closed, folded, isOpen, placed, shifted, type Spot, widened } from './dock-moves.ts'
import { placesOf } from './dock-places.ts'
import { Arrangement, group, groupsOf, nodeOf, panelsOf, regions, split, tidy } from './dock-tree.ts'

const panels = ['objects', 'picture', 'selection', 'masks', 'resources', 'log', 'film'] as const
const aPanel = fc.constantFrom(...panels)
const aSpot: fc.Arbitrary<Spot> = fc.oneof(
  fc.record({ near: aPanel }),
  fc.record({ near: aPanel, edge: fc.constantFrom('left', 'right', 'top', 'bottom') }),
  fc.record({ near: aPanel, at: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ region: fc.constantFrom('left', 'centre', 'right') }),
  fc.record({ region: fc.constantFrom('left', 'centre', 'right'), edge: fc.constantFrom('top', 'bottom') }),
)
const anAct = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(aPanel, aSpot).map(
      ([panel, spot]) =>
        (from: Arrangement) =>
          placed(from, panel, spot),
    ),
  },
  aPanel.map((panel) => (from: Arrangement) => closed(from, panel)),
  aPanel.map((panel) => (from: Arrangement) => brought(from, panel)),
  fc.constantFrom('left' as const, 'right' as const).map((side) => (from: Arrangement) => folded(from, side)),
  fc.integer({ min: -500, max: 3000 }).map((width) => (from: Arrangement) => widened(from, 'left', width)),
  fc
    .tuple(
      fc.constantFrom(...regions),
      fc.array(fc.nat({ max: 2 }), { maxLength: 2 }),
      fc.nat({ max: 2 }),
      fc.double({ min: -2, max: 2, noNaN: true }),
    )
    .map(
      ([region, path, index, by]) =>
        (from: Arrangement) =>
          shifted(from, region, path, index, by),
    ),
)
const thirds = (...shares: readonly number[]): Arrangement => ({
  ...usualArrangement,
  left: { width: 248, isOpen: true },
  centre: split('column', ...shares.map((share, at) => [share, group((['objects', 'picture', 'log'] as const)[at]!)] as const)),
})
const anArrangement = fc.array(anAct, { maxLength: 25 }).map((acts) => acts.reduce((at, act) => act(at), usualArrangement))

it('no act loses, doubles or invents a panel, and what comes out is tidy and can be stored', () => {
  fc.assert(
    fc.property(anArrangement, aPanel, aSpot, (from, panel, spot) => {
      const before = panelsOf(from)
      const after = panelsOf(placed(from, panel, spot))
      expect(new Set(after).size).toBe(after.length)
      const isPossible = 'region' in spot || before.includes(spot.near)
      const mayOpen = isPossible && !('near' in spot && spot.near === panel)
      expect(new Set(after)).toEqual(new Set(mayOpen ? [...before, panel] : before))
      expect(tidy(from)).toEqual(from)
      expect(Arrangement.parse(JSON.parse(JSON.stringify(from)))).toEqual(from)
    }),
    // Shares that are 1 together but for rounding, found once by chance.
    { examples: [[thirds(0.3370370370370371, 0.312962962962963, 0.35000000000000003), 'log', { near: 'log' }]] },
  )
})

it('a panel that was placed is in sight, and one that was closed is gone', () => {
  fc.assert(
    fc.property(anArrangement, aPanel, fc.constantFrom(...regions), (from, panel, region) => {
      const there = placed(from, panel, { region })
      expect(groupsOf(nodeOf(there, region)).some((one) => one.active === panel)).toBe(true)
      expect(isOpen(closed(there, panel), panel)).toBe(false)
    }),
  )
})

it('groups and hairlines fill the window: no pixel is left out or taken twice', () => {
  fc.assert(
    fc.property(anArrangement, fc.integer({ min: 400, max: 2560 }), fc.integer({ min: 200, max: 1600 }), (from, width, height) => {
      const { groups, lines } = placesOf(from, width, height)
      const area = [...groups, ...lines].reduce((sum, { rect }) => sum + rect.width * rect.height, 0)
      fc.pre(groups.every(({ rect }) => rect.width > 1 && rect.height > 1))
      expect(area).toBe(width * height)
      for (const { rect } of groups) {
        expect(rect.left).toBeGreaterThanOrEqual(0)
        expect(rect.left + rect.width).toBeLessThanOrEqual(width)
        expect(rect.top + rect.height).toBeLessThanOrEqual(height)
      }
    }),
  )
})

it('a line that is moved keeps the room of the split and never makes a part vanish', () => {
  const from = placed(usualArrangement, 'log', { near: 'picture', edge: 'bottom' })
  for (const by of [-3, -0.4, 0.2, 3]) {
    const { centre } = shifted(from, 'centre', [], 0, by)
    if (centre.kind !== 'split') throw new Error('the centre is split')
    expect(centre.parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1)
    expect(Math.min(...centre.parts.map((part) => part.share))).toBeGreaterThan(0.04)
  }
})

it('panels that a newer version knew are left out of what this one draws', () => {
  const foreign = placed(usualArrangement, 'hologram', { near: 'picture' })
  expect(tidy(foreign, (panel) => panel !== 'hologram')).toEqual(usualArrangement)
})

it('built-in layouts are tidy as they are written, so a choice of one is not a change of it', () => {
  for (const { arrangement } of builtInLayouts) expect(JSON.stringify(tidy(arrangement))).toBe(JSON.stringify(arrangement))
})
