// Where depth and labels are looked for.
import { expect, it } from 'vitest'
import { scenePlaces } from './scene-raster.ts'

it('the depth of an RGB-D dump lies beside the picture, that of ScanNet in the next folder', () => {
  expect(scenePlaces('depth', 'frame-000012.color.jpg', 'kitchen')[0]).toBe('frame-000012.depth.png')
  expect(scenePlaces('depth', '12.jpg', 'color')).toContain('../depth/12.png')
  expect(scenePlaces('depth', '0003.png', 'frames')).toContain('0003.depth.png')
  expect(scenePlaces('label', '12.jpg', 'color')).toContain('../label-filt/12.png')
})

it('a picture is never taken for its own depth', () => {
  for (const name of ['a.depth.png', 'x.png', 'depth.png']) expect(scenePlaces('depth', name, 'color')).not.toContain(name)
})

it('folders beside one of any other name are not looked into', () => {
  for (const place of scenePlaces('label', '12.jpg', 'holiday')) expect(place).not.toMatch(/\.\./)
})
