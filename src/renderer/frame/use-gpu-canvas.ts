// A canvas with a GPU behind it: made once, drawn when it is asked for, told when the GPU is lost, and made again when it is back.
import { type RefObject, useEffect, useRef, useState } from 'react'

export type GpuCanvas = {
  readonly canvas: RefObject<HTMLCanvasElement | null>
  /** One drawing on the next refresh, however often it is asked for. */
  readonly ask: () => void
  /** Draws at once: what is read from the canvas in the same task is what was drawn. */
  readonly drawNow: () => void
  /** Why nothing can be drawn, in words; undefined while it can. */
  readonly problem: string | undefined
  /** The GPU dropped the canvas; the browser gives it back by itself. */
  readonly isLost: boolean
}

/** `make` gives undefined where the browser has no WebGL 2; `closed` is called when the canvas goes. */
export function useGpuCanvas<Gpu extends { close(): void }>(
  make: (canvas: HTMLCanvasElement) => Gpu | undefined,
  draw: (canvas: HTMLCanvasElement, gpu: Gpu) => void,
  closed: () => void,
): GpuCanvas {
  const canvas = useRef<HTMLCanvasElement>(null)
  const gpu = useRef<Gpu>(undefined)
  const newest = useRef({ make, draw, closed })
  newest.current = { make, draw, closed }
  const wanted = useRef(0)
  const [problem, setProblem] = useState<string>()
  const [isLost, setLost] = useState(false)
  const drawNow = useRef(() => {
    cancelAnimationFrame(wanted.current)
    wanted.current = 0
    if (canvas.current && gpu.current) newest.current.draw(canvas.current, gpu.current)
  })
  const ask = useRef(() => {
    if (wanted.current === 0) wanted.current = requestAnimationFrame(() => drawNow.current())
  })
  useEffect(() => {
    const target = canvas.current
    if (!target) return
    const start = () => {
      try {
        gpu.current = newest.current.make(target)
        setProblem(gpu.current ? undefined : 'this browser offers no WebGL 2, which draws the masks')
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error))
      }
      setLost(false)
      ask.current()
    }
    const lost = (event: Event) => {
      // Without this the browser never gives it back.
      event.preventDefault()
      gpu.current = undefined
      setLost(true)
    }
    start()
    const watched = new ResizeObserver(() => ask.current())
    watched.observe(target)
    target.addEventListener('webglcontextlost', lost)
    target.addEventListener('webglcontextrestored', start)
    return () => {
      watched.disconnect()
      cancelAnimationFrame(wanted.current)
      wanted.current = 0
      target.removeEventListener('webglcontextlost', lost)
      target.removeEventListener('webglcontextrestored', start)
      gpu.current?.close()
      gpu.current = undefined
      newest.current.closed()
    }
  }, [])
  return { canvas, ask: ask.current, drawNow: drawNow.current, problem, isLost }
}
