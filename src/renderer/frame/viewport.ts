// Where a picture lies on its canvas: how large, and which pixel is in the middle. CSS pixels and picture pixels only.

export type Viewport = {
  /** CSS pixels per picture pixel. */
  readonly scale: number
  /** Picture pixel (with fraction) in the middle of the canvas. */
  readonly centreX: number
  readonly centreY: number
  /** Follows the size of the canvas until a person zooms or drags. */
  readonly isFitted: boolean
}
export type Size = { readonly width: number; readonly height: number }
export type Point = { readonly x: number; readonly y: number }

/** CSS pixels per picture pixel, at most: one pixel as large as a thumb nail. */
export const largestScale = 48
const margin = 12

export function fittedViewport(picture: Size, canvas: Size): Viewport {
  const scale = Math.min((canvas.width - margin * 2) / picture.width, (canvas.height - margin * 2) / picture.height)
  return { scale: Math.max(scale, 0.01), centreX: picture.width / 2, centreY: picture.height / 2, isFitted: true }
}

export function pointInPicture(view: Viewport, canvas: Size, pointOnCanvas: Point): Point {
  return {
    x: view.centreX + (pointOnCanvas.x - canvas.width / 2) / view.scale,
    y: view.centreY + (pointOnCanvas.y - canvas.height / 2) / view.scale,
  }
}

/** The point under the pointer stays where it is. */
export function zoomedAt(view: Viewport, picture: Size, canvas: Size, pointOnCanvas: Point, factor: number): Viewport {
  const least = Math.min(0.25, fittedViewport(picture, canvas).scale / 2)
  const scale = Math.min(largestScale, Math.max(least, view.scale * factor))
  const held = pointInPicture(view, canvas, pointOnCanvas)
  return kept(
    {
      scale,
      centreX: held.x - (pointOnCanvas.x - canvas.width / 2) / scale,
      centreY: held.y - (pointOnCanvas.y - canvas.height / 2) / scale,
      isFitted: false,
    },
    picture,
  )
}

export function panned(view: Viewport, picture: Size, dx: number, dy: number): Viewport {
  return kept({ ...view, centreX: view.centreX - dx / view.scale, centreY: view.centreY - dy / view.scale, isFitted: false }, picture)
}

/** That pixel of the picture in the middle of the canvas. */
export function centredAt(view: Viewport, picture: Size, at: Point): Viewport {
  return kept({ ...view, centreX: at.x, centreY: at.y, isFitted: false }, picture)
}

/** The part of the picture on the canvas, in shares of its sides (0..1); undefined when all of it is in sight. */
export function partInSight(
  view: Viewport,
  picture: Size,
  canvas: Size,
): { left: number; top: number; width: number; height: number } | undefined {
  const side = (centre: number, length: number, onCanvas: number) => {
    const half = onCanvas / view.scale / 2
    const [from, to] = [Math.max(0, centre - half) / length, Math.min(length, centre + half) / length]
    return [from, to - from] as const
  }
  const [left, width] = side(view.centreX, picture.width, canvas.width)
  const [top, height] = side(view.centreY, picture.height, canvas.height)
  return width > 0.999 && height > 0.999 ? undefined : { left, top, width, height }
}

/** The middle of the canvas never leaves the picture, so the picture cannot be lost. */
function kept(view: Viewport, picture: Size): Viewport {
  return {
    ...view,
    centreX: Math.min(picture.width, Math.max(0, view.centreX)),
    centreY: Math.min(picture.height, Math.max(0, view.centreY)),
  }
}
