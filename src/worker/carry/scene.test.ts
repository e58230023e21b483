import { describe, expect, it } from 'vitest'
import { createColours } from './colour.ts'
import { cropFromMask } from './crop.ts'
import { computeFlow } from './flow.ts'
import { createHues, createPalette, hueOdds } from './hues.ts'
import type { Rgb } from './raster.ts'
import { explained, firstScene, learnScene, movedScene } from './scene.ts'
import { createHabit, kindOdds, kindsOf, sceneCell } from './scene-odds.ts'
import { type Disc, paint } from './synthetic.ts'
import { cellsOf, viewOf } from './view.ts'

const W = 160
const H = 120
const BALL: Disc = { cx: 80, cy: 60, radius: 20, colour: [200, 60, 60], seed: 5 }

/** The scene as it is known on the last of the frames, before that one is shown to it. */
function watched(frames: readonly Rgb[]) {
  let colours = createColours(frames[0]!)
  let scene = firstScene(colours)
  for (let k = 1; k < frames.length; k++) {
    learnScene(scene, colours.level(scene.step))
    colours = createColours(frames[k]!)
    scene = movedScene(scene, computeFlow(frames[k - 1]!, frames[k]!), colours)
  }
  return { scene, colours, level: colours.level(scene.step) }
}

describe('the remembered scene', () => {
  it('explains what it showed before and not what came in, though the camera moves', () => {
    const frames = Array.from({ length: 9 }, (_, k) => paint(W, H, 2 * k, 0, k === 8 ? [BALL] : []))
    const { scene, level } = watched(frames)
    const ball = explained(scene, sceneCell(scene, 80, 60), level.lab)
    expect(ball.distance).toBeGreaterThan(2)
    let fits = 0
    for (let x = 20; x < 150; x += 2) fits += explained(scene, sceneCell(scene, x, 20), level.lab).distance < 1 ? 1 : 0
    expect(fits).toBeGreaterThan(50)
  })

  it('knows a place again after something stood in front of it for a while', () => {
    const frames = Array.from({ length: 16 }, (_, k) => paint(W, H, 0, 0, k >= 8 && k < 15 ? [BALL] : []))
    const { scene, level } = watched(frames)
    expect(explained(scene, sceneCell(scene, 80, 60), level.lab).distance).toBeLessThan(1)
  })

  it('takes what stays for part of itself in the end', () => {
    const frames = Array.from({ length: 24 }, (_, k) => paint(W, H, 0, 0, k >= 6 ? [BALL] : []))
    const { scene, level } = watched(frames)
    expect(explained(scene, sceneCell(scene, 80, 60), level.lab).distance).toBeLessThan(1)
  })
})

describe('what an object learns against the scene', () => {
  const frames = Array.from({ length: 9 }, (_, k) => paint(W, H, 0, 0, k === 8 ? [BALL] : []))
  const ballMask = cropFromMask(
    Uint8Array.from({ length: W * H }, (_, i) => (((i % W) - 80) ** 2 + (Math.floor(i / W) - 60) ** 2 <= 400 ? 1 : 0)),
    W,
    H,
  )

  it('is that an explained cell speaks against it, and only with leave another for it', () => {
    const { scene, colours } = watched(frames)
    const view = viewOf(colours, { x0: 40, y0: 20, x1: 120, y1: 100 }, 1e6)
    const labels = cellsOf(view, ballMask)
    const habit = createHabit(kindsOf(view, scene), labels)
    expect(habit.first).toBeDefined()
    expect(Math.min(...kindOdds(habit, false))).toBeLessThan(-1)
    expect(Math.max(...kindOdds(habit, false))).toBe(0)
    expect(Math.max(...kindOdds(habit, true))).toBeGreaterThan(1)
  })

  it('is nothing where the scene is not known yet', () => {
    const colours = createColours(frames[8]!)
    const view = viewOf(colours, { x0: 40, y0: 20, x1: 120, y1: 100 }, 1e6)
    expect(createHabit(kindsOf(view, firstScene(colours)), cellsOf(view, ballMask)).first).toBeUndefined()
  })

  it('is which colours are its own', () => {
    const { scene, colours, level } = watched(frames)
    const hues = createHues(createPalette(colours, scene), colours, scene, ballMask)
    expect(hueOdds(hues, level.lab, 3 * sceneCell(scene, 80, 60))).toBeGreaterThan(1)
    expect(hueOdds(hues, level.lab, 3 * sceneCell(scene, 20, 20))).toBeLessThan(-1)
  })
})
