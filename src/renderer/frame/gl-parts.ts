// Small steps of WebGL that several drawings share: a context, a linked program, a texture read without smoothing.
import { vertexShader } from './shaders.ts'

/** Undefined where the browser has no WebGL 2. */
export function contextOf(canvas: HTMLCanvasElement): WebGL2RenderingContext | undefined {
  const gl = canvas.getContext('webgl2', {
    alpha: true,
    antialias: false,
    depth: false,
    premultipliedAlpha: true,
    preserveDrawingBuffer: false,
  })
  gl?.bindVertexArray(gl.createVertexArray())
  gl?.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
  return gl ?? undefined
}

export function nearest(gl: WebGL2RenderingContext): void {
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST)
}

export function linked(gl: WebGL2RenderingContext, fragments: string): WebGLProgram {
  const program = gl.createProgram()
  for (const [kind, text] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragments],
  ] as const) {
    const shader = gl.createShader(kind)
    if (!shader) throw new Error('the GPU lost its context before anything was drawn')
    gl.shaderSource(shader, text)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error(`the drawing program does not link: ${gl.getProgramInfoLog(program)}`)
  return program
}
